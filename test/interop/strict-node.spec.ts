import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../scripts/redis-process.mjs';
import { startPeer, type Peer } from '../support/peer.js';
import { redisProgram } from '../support/redis.js';
import { startStrictNode, type StrictNode } from '../support/strict-node.js';
import { waitUntil } from '../support/wait-until.js';

const program = redisProgram();

/** The stand-in is a judge as well: it must get on with a real 0.14 node, and notice what 0.14 does not say. */
describe('the stand-in for tiny-moleculer-py beside a 0.14 node', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let strict: StrictNode;
  let peer: Peer;

  beforeAll(async () => {
    server = await startServer(program);
    strict = await startStrictNode({ url: server.url, heartbeatInterval: 0.2 });
    peer = await startPeer({ version: 14, url: server.url, namespace: '', heartbeatInterval: 1 });
    await strict.waitForNode(peer.nodeID);
    await peer.waitForServices('py');
  });
  afterAll(async () => {
    await Promise.all([strict.stop(), peer.stop()]);
    await server.stop();
  });

  it('calls and is called, with errors as strings', async () => {
    expect(await strict.call('math.add', { a: 1, b: 2 })).toMatchObject({ success: true, data: 3 });
    expect(await peer.call('py.add', { a: 1, b: 2 })).toBe(3);
    expect(await peer.outcome('py.fail')).toMatchObject({ ok: false });
  });

  it('emits and listens', async () => {
    expect(await strict.emit('ev_random_number', { value: 1 })).toBe(peer.nodeID);
    expect(await peer.waitForEvents('ev_random_number')).toHaveLength(1);
    await peer.emit('py.event', { n: 1 });
    expect(await strict.waitForEvents('py.event')).toMatchObject([{ data: { n: 1 }, broadcast: false }]);
  });

  it('takes all that a real 0.14 node says', async () => {
    const types = new Set((await strict.received()).map(({ type }) => type));
    expect([...types]).toEqual(expect.arrayContaining(['DISCOVER', 'INFO']));
    expect(await strict.dropped()).toEqual([]);
  });
});

describe('the stand-in for tiny-moleculer-py', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let redis: Redis;

  beforeAll(async () => {
    server = await startServer(program);
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it.each([
    ['HEARTBEAT', { cpu: 1, seq: 2 }, 'unknown key seq'],
    ['REQ', { id: 'x', action: 'py.add', params: {}, headers: {} }, 'unknown key headers'],
  ])('drops %s with a key too many, and says so', async (type, extra, why) => {
    const own = await startStrictNode({ url: server.url });
    const topic = type === 'REQ' ? `MOL.REQ.${own.nodeID}` : `MOL.${type}`;
    await redis.publish(topic, JSON.stringify({ ver: '4', sender: 'hand', ...extra }));
    await redis.publish(`MOL.INFO.${own.nodeID}`, JSON.stringify({ ver: '4', sender: 'last', services: [] }));
    await own.waitForNode('last'); // in order: what came before has been read
    expect((await own.dropped()).map((d) => [d.type, d.why])).toEqual([[type, why]]);
    await own.kill();
  });

  it('forgets a node that says nothing any more', async () => {
    const own = await startStrictNode({ url: server.url, heartbeatInterval: 0.1, timeout: 0.3 });
    // Again, should it have been forgotten before we looked.
    await waitUntil('it to know the node', async () => {
      await redis.publish('MOL.INFO', JSON.stringify({ ver: '4', sender: 'mute', services: [] }));
      return (await own.info('mute')) !== null;
    });
    await own.waitForNode('mute', false);
    await own.kill();
  });
});
