import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChildCommandError } from '../support/child.js';
import { startPeer, type Peer } from '../support/peer.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** The peers are the judges of all interop tests: here they are judged themselves, by packets written by hand. */
describe.each([
  { version: 14 as const, protocol: '4' },
  { version: 15 as const, protocol: '5' },
])('a Moleculer 0.$version peer', ({ version, protocol }) => {
  const namespace = uniqueNamespace(`peer${version}`);
  let peer: Peer;
  let redis: Redis;
  let subscriber: Redis;
  const heard: { topic: string; packet: any }[] = [];
  const send = (topic: string, packet: object) =>
    redis.publish(`MOL-${namespace}.${topic}`, JSON.stringify({ ...packet, ver: protocol, sender: 'hand' }));

  beforeAll(async () => {
    redis = new Redis(redisUrl());
    subscriber = new Redis(redisUrl());
    subscriber.on('pmessage', (_pattern, topic: string, text: string) => {
      if (text.startsWith('{'))
        heard.push({ topic: topic.slice(`MOL-${namespace}.`.length), packet: JSON.parse(text) });
    });
    await subscriber.psubscribe(`MOL-${namespace}.*`);
    peer = await startPeer({ version, url: redisUrl(), namespace });
  });
  afterAll(async () => {
    await peer.stop();
    redis.disconnect();
    subscriber.disconnect();
  });

  it('is what it says', () => {
    expect(peer.versions.protocol).toBe(protocol);
    expect(peer.versions.moleculer).toMatch(new RegExp(`^0\\.${version}\\.`));
    expect(() => process.kill(peer.pid, 0)).not.toThrow();
  });

  it('answers math.add to a packet written by hand', async () => {
    await send(`REQ.${peer.nodeID}`, {
      id: 'r1',
      action: 'math.add',
      params: { a: 2, b: '3' },
      meta: {},
      level: 1,
    });
    const answer = await waitUntil('the answer', () => heard.find(({ topic }) => topic === 'RES.hand'));
    expect(answer.packet).toMatchObject({
      id: 'r1',
      success: true,
      data: 5,
      ver: protocol,
      sender: peer.nodeID,
    });
  });

  it('gets events and tells about them', async () => {
    await send(`EVENT.${peer.nodeID}`, {
      id: 'e1',
      event: 'ev.one.two',
      data: { n: 1 },
      meta: { m: 1 },
      level: 1,
    });
    const events = await peer.waitForEvents('ev.one.two', 2);
    expect(events.map(({ group }) => group).sort()).toEqual(['sink', 'sink2']);
    expect(events[0]).toMatchObject({ params: { n: 1 }, meta: { m: 1 } });
  });

  it('calls, and tells errors with class, code and data', async () => {
    expect(await peer.call('greeter.hello', { name: 'Ann' })).toBe('Hello Ann');
    expect(await peer.outcome('echo.nothing')).toMatchObject({
      ok: true,
      type: 'undefined',
      nodeID: peer.nodeID,
    });
    const error: ChildCommandError = await peer.call('fail.custom').catch((e) => e);
    expect(error).toBeInstanceOf(ChildCommandError);
    expect(error.remote).toMatchObject({
      class: 'TeapotError',
      code: 418,
      type: 'TEAPOT',
      data: { teapot: true },
    });
  });

  it('sees nodes come and go', async () => {
    await send('INFO', {
      services: [],
      seq: 1,
      instanceID: 'i',
      config: {},
      client: {},
      ipList: [],
      hostname: 'h',
    });
    await peer.waitForNode('hand');
    await send('DISCONNECT', {});
    await peer.waitForNode('hand', false);
  });

  it('keeps its warnings', async () => {
    await redis.publish(`MOL-${namespace}.INFO`, 'not json');
    const logs = await waitUntil('a warning', async () => {
      const found = await peer.logs({ contains: 'Invalid incoming packet' });
      return found.length ? found : null;
    });
    expect(logs[0]!.level).toBe('warn');
    // Its stderr is a pipe of its own.
    await waitUntil('the same on stderr', () => peer.stderr().includes('Invalid incoming packet'));
  });

  it('leaves with DISCONNECT when stopped, without a word when killed', async () => {
    const second = await startPeer({ version, url: redisUrl(), namespace, services: ['math'] });
    await peer.waitForEndpoints('math.add', 2);
    const third = await startPeer({ version, url: redisUrl(), namespace, services: ['math'] });
    expect(await second.stop()).toBe(0);
    await third.kill('SIGKILL');
    expect(await third.exited).toBe('SIGKILL');
    await peer.waitForNode(second.nodeID, false);
    // One server, one order: what either of them said is heard by us, too, before this.
    await redis.publish(`MOL-${namespace}.LAST`, '{}');
    await waitUntil('the last word', () => heard.some(({ topic }) => topic === 'LAST'));
    const left = heard.filter(({ topic }) => topic === 'DISCONNECT').map(({ packet }) => packet.sender);
    expect(left).toContain(second.nodeID);
    expect(left).not.toContain(third.nodeID);
    await expect(third.call('math.add')).rejects.toThrow('has ended');
  });
});
