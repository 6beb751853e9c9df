import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MoleculerError } from '../../lib/errors/moleculer.error.js';
import { Cluster, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { startStrictNode, type StrictNode } from '../support/strict-node.js';
import { waitUntil } from '../support/wait-until.js';

/** s; long enough for a process that a loaded machine lets wait. */
const TIMEOUT = 10;
const HEARTBEATS = { heartbeatInterval: 0.5, heartbeatTimeout: TIMEOUT };

/** The stand-in for tiny-moleculer-py (strict-node.mjs) knows no namespaces, so it gets a Redis of its own. */
describe('beside a node that drops every key it does not know', () => {
  let redis: RedisServer;
  let cluster: Cluster;
  let own: OwnNode;
  let other: OwnNode;
  let strict: StrictNode;
  let peer: Peer;

  beforeAll(async () => {
    redis = await startRedis();
    cluster = new Cluster({ label: 'tiny', version: 14, url: redis.url, namespace: '' });
    own = await cluster.own(HEARTBEATS);
    strict = await startStrictNode({ url: redis.url, heartbeatInterval: 0.5, timeout: TIMEOUT });
    [peer, other] = await Promise.all([
      cluster.peer({ services: ['math', 'sink'], heartbeatInterval: 1 }),
      cluster.own({ ...HEARTBEATS, services: [] }),
    ]);
    await Promise.all([
      ...[own, peer, other].map(({ nodeID }) => strict.waitForNode(nodeID)),
      own.broker.waitForServices(['py', 'math'], 60_000),
      other.waitForNode(strict.nodeID),
    ]);
  });
  afterAll(async () => {
    await strict.stop();
    await cluster.close();
    await redis.stop();
  });

  /** It broadcasts nothing in version 5, and asked in it once: a packet of another version counts as dropped there too. */
  const droppedOfOurs = async () =>
    (await strict.dropped()).filter(({ type, why }) => !(type === 'DISCOVER' && why === 'version "5"'));

  it('we call it and it calls us', async () => {
    expect(await own.call('py.add', { a: 1, b: 2 })).toBe(3);
    expect(
      await own.call('py.add', { a: 1, b: 2 }, { headers: { h: 1 }, timeout: 30_000, meta: { m: 1 } }),
    ).toBe(3);
    expect(await strict.call('own.add', { a: 2, b: 3 }, { nodeID: own.nodeID })).toMatchObject({
      success: true,
      data: 5,
      nodeID: own.nodeID,
    });
    expect(await droppedOfOurs()).toEqual([]);
  });

  it('its errors, which are text, become errors, and it gets ours', async () => {
    const error = await own.failure('py.fail');
    expect(error).toBeInstanceOf(MoleculerError);
    expect(error).toMatchObject({ message: 'it went wrong over there', code: 500, nodeID: strict.nodeID });
    const outcome = await strict.call('ownfail.client', {}, { nodeID: own.nodeID });
    expect(outcome).toMatchObject({ success: false, error: { name: 'MoleculerClientError', code: 403 } });
    const unknown = await strict.call('own.nothere', {}, { nodeID: own.nodeID });
    expect(unknown).toMatchObject({ success: false, error: { name: 'ServiceNotFoundError', code: 404 } });
  });

  it('its meta, which is JSON text or null, is understood', async () => {
    const meta = { user: 'ann', n: 1 };
    expect((await strict.call('own.meta', {}, { meta, nodeID: own.nodeID })).data).toEqual(meta);
    expect((await strict.call('own.meta', {}, { nodeID: own.nodeID })).data).toEqual({});
    expect(await own.call('py.meta', {}, { meta })).toEqual(meta);
    // An answer whose meta is null takes nothing away.
    expect(
      (await own.call('own.nested', { action: 'py.add', params: { a: 1, b: 1 } }, { meta })).meta,
    ).toEqual(meta);
  });

  it('a request without level, timeout and IDs has those of a root call', async () => {
    const { data } = await strict.call('own.context', {}, { nodeID: own.nodeID });
    expect(data).toMatchObject({ level: 1, parentID: null, caller: null, nodeID: strict.nodeID, meta: {} });
    expect(data.requestID).toBe(data.id);
  });

  it('events go both ways; its emits have no groups and mean all', async () => {
    await own.broker.emit('py.event', { n: 1 }, { headers: { h: 1 }, meta: { m: 1 } });
    await own.broker.broadcast('py.event', { n: 2 });
    const heard = await waitUntil('both', async () => {
      const mine = (await strict.events()).filter(({ data }) => data?.n > 0);
      return mine.length === 2 ? mine : null;
    });
    // As from a Moleculer node: an emit names the groups it chose, a broadcast only those it was asked for.
    expect(heard.map(({ data, broadcast, groups }) => [data.n, broadcast, groups])).toEqual([
      [1, false, ['py']],
      [2, true, undefined],
    ]);
    expect((await strict.broadcast('ev_random_number', { value: 1 })).sort()).toEqual(
      [own.nodeID, peer.nodeID].sort(),
    );
    const [event] = await own.waitForEvents('ev_random_number');
    expect(event).toMatchObject({
      params: { value: 1 },
      nodeID: strict.nodeID,
      eventType: 'broadcast',
      meta: {},
    });
  });

  it('a stream with an exact name hears it', async () => {
    const got: unknown[] = [];
    const subscription = own.broker.events('tiny.exact').subscribe(({ payload }) => got.push(payload));
    await waitUntil('it knows', async () =>
      JSON.stringify((await strict.info(own.nodeID)).services).includes('tiny.exact'),
    );
    expect(await strict.emit('tiny.exact', 5)).toBe(own.nodeID);
    await waitUntil('the event', () => got.length === 1);
    expect(got).toEqual([5]);
    subscription.unsubscribe();
    await waitUntil(
      'it forgets',
      async () => !JSON.stringify((await strict.info(own.nodeID)).services).includes('tiny.exact'),
    );
  });

  it('over all of it, it could read every packet of ours, in all its kinds', async () => {
    await own.broker.ping(strict.nodeID, 30_000);
    await own.call('py.add', { a: 1, b: 1 });
    await strict.call('own.whoami', {}, { nodeID: own.nodeID });
    await own.broker.emit('py.event');
    const kinds = () =>
      strict
        .received()
        .then((all) => new Set(all.filter(({ sender }) => sender === own.nodeID).map(({ type }) => type)));
    const wanted = ['INFO', 'HEARTBEAT', 'PING', 'REQ', 'RES', 'EVENT', 'DISCOVER'];
    await waitUntil('every kind of packet', async () => {
      const got = await kinds();
      // DISCOVER it answers itself whenever we ask it; we ask at our start, before it was there.
      return wanted.slice(0, 6).every((type) => got.has(type));
    });
    expect(await droppedOfOurs()).toEqual([]);
    expect((await strict.info(own.nodeID)).ver).toBe('4');
  });

  it('it and we do not answer each other for ever', async () => {
    await strict.call('own.whoami', {}, { nodeID: own.nodeID });
    const before = (await strict.received()).length;
    const later = await waitUntil('some heartbeats', async () => {
      const news = (await strict.received()).slice(before);
      const beats = news.filter(({ type, sender }) => type === 'HEARTBEAT' && sender === own.nodeID);
      return beats.length >= 4 ? news : null;
    });
    const count = (kind: string, of: (sender: string) => boolean) =>
      later.filter(({ type, sender }) => type === kind && of(sender)).length;
    for (const { nodeID } of [own, other]) {
      // It asks one node at every third heartbeat; the first may have been just before.
      const rounds = Math.ceil(count('HEARTBEAT', (sender) => sender === nodeID) / 3) + 1;
      expect(count('DISCOVER', (sender) => sender === nodeID)).toBeLessThanOrEqual(rounds);
    }
    const ours = new Set([own.nodeID, other.nodeID]);
    expect(count('DISCOVER', (sender) => !ours.has(sender))).toBe(0);
  });

  it('it stays known over its own timeout, and our leaving takes our services from it', async () => {
    const leaving = await cluster.own(HEARTBEATS);
    await strict.waitForNode(leaving.nodeID);
    await leaving.stop();
    await waitUntil('no services', async () => (await strict.info(leaving.nodeID))?.services.length === 0);
    await strict.waitForNode(leaving.nodeID, false);
    await strict.waitForNode(own.nodeID);
    expect(own.registry.node(strict.nodeID)?.available).toBe(true);
    expect(await droppedOfOurs()).toEqual([]);
  });

  it('it ends without a word: we notice by its silence', async () => {
    const second = await startStrictNode({ url: redis.url, heartbeatInterval: 0.3 });
    await own.waitForNode(second.nodeID);
    await second.kill();
    await own.waitForNode(second.nodeID, false);
    await own.waitForNode(strict.nodeID);
    // Its likes notice by their own clocks; until then they send it what they send to all.
    await strict.waitForNode(second.nodeID, false);
    expect(await own.call('py.add', { a: 1, b: 1 })).toBe(2);
    expect(other.registry.node(strict.nodeID)?.available).toBe(true);
  });
});
