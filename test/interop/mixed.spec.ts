import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  captureLogs,
  Cluster,
  type LogLine,
  peerListeners,
  tally,
  VERSIONS,
  type OwnNode,
} from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

/** s; a process that a loaded machine lets wait shall not be missed. */
const HEARTBEATS = { heartbeatInterval: 1, heartbeatTimeout: 10 };
/** Of a node of ours and of a Moleculer node, which looks once per timeout: more than two timeouts. */
const BEATS = 24;

/** Until a node has heard that many heartbeats of another since now: time as the heartbeats count it. */
async function afterBeats(own: OwnNode, nodeID: string, beats: number): Promise<void> {
  let seen = 0;
  let last = own.registry.node(nodeID)!.heardAt;
  await waitUntil(
    `${beats} heartbeats of ${nodeID}`,
    () => {
      const { heardAt } = own.registry.node(nodeID)!;
      if (heardAt !== last) seen++;
      last = heardAt;
      return seen >= beats;
    },
    { timeout: 120_000, every: 10 },
  );
}

describe('a cluster of a strict 0.14 node, a strict 0.15 node and us', () => {
  let cluster: Cluster;
  let own: OwnNode;
  let other: OwnNode;
  let four: Peer;
  let five: Peer;
  let logs: LogLine[];

  beforeAll(async () => {
    logs = captureLogs();
    cluster = new Cluster({ label: 'mixed' });
    [own, other, four, five] = await Promise.all([
      cluster.own(HEARTBEATS),
      cluster.own(HEARTBEATS),
      cluster.peer({ version: 14, ...HEARTBEATS }),
      cluster.peer({ version: 15, ...HEARTBEATS }),
    ]);
    for (const node of [own, other]) {
      await node.waitForEndpoints('math.add', 2);
      await node.waitForEndpoints('own.whoami', 2);
      await node.waitForListeners('ev.**', 2);
    }
    for (const peer of [four, five]) {
      await peer.waitForEndpoints('own.whoami', 2);
      await peerListeners(peer, 'own.**', 4);
    }
  });
  afterAll(() => cluster.close());

  const everythingWorks = async (tag: string) => {
    for (const peer of [four, five]) {
      const { nodeID } = peer;
      expect(await own.call('math.add', { a: 1, b: 2 }, { nodeID })).toBe(3);
      expect(await own.failure('fail.custom', {}, { nodeID })).toMatchObject({ code: 418, nodeID });
      expect(await own.broker.ping(nodeID, 30_000)).not.toBeNull();
      expect(await peer.cmd('ping', { nodeID: own.nodeID })).toMatchObject({ nodeID: own.nodeID });
      expect(new Set([await peer.call('own.whoami'), await peer.call('own.whoami')])).toEqual(
        new Set([own.nodeID, other.nodeID]),
      );
      expect((await peer.outcome('ownfail.client')).error).toMatchObject({
        class: 'MoleculerClientError',
        code: 403,
      });
      await peer.broadcast(`own.${tag}.${nodeID}`, nodeID);
      for (const node of [own, other]) await node.waitForEvents(`own.${tag}.${nodeID}`, 2);
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => own.call('greeter.whoami')));
    expect(tally(answers.map(({ nodeID }) => nodeID))).toEqual({ [four.nodeID]: 5, [five.nodeID]: 5 });
    await own.broker.broadcast(`ev.${tag}`, tag);
    for (const peer of [four, five]) expect(await peer.waitForEvents(`ev.${tag}`, 2)).toHaveLength(2);
    for (let n = 0; n < 4; n++) await own.broker.emit(`single.${tag}`, n);
    await waitUntil('balanced emits', async () => {
      const [a, b] = [await four.events(`single.${tag}`), await five.events(`single.${tag}`)];
      return a.length === 2 && b.length === 2;
    });
  };

  it('holds over several heartbeat timeouts, and everything works before and after', async () => {
    const restless: string[] = [];
    const watching = own.registry.changes().subscribe(({ type, node }) => {
      if (type.endsWith('connected')) restless.push(`${type} ${node.id}`);
    });
    await everythingWorks('before');
    await Promise.all([
      afterBeats(own, four.nodeID, BEATS),
      afterBeats(own, five.nodeID, BEATS),
      afterBeats(own, other.nodeID, BEATS),
    ]);
    await everythingWorks('after');
    expect(restless).toEqual([]);
    watching.unsubscribe();
    for (const peer of [four, five]) {
      const gone = await peer.cmd<{ nodeID: string }[]>('internalEvents', { name: '$node.disconnected' });
      expect(gone).toEqual([]);
      // They hear of each other by nothing but errors; what is meant for one of them never reaches the other.
      const targeted = (await peer.logs({ level: 'error' })).filter(
        ({ message }) => !/(DISCOVER|INFO|HEARTBEAT) /.test(message),
      );
      expect(targeted).toEqual([]);
    }
    // Strict nodes stay blind to each other; nobody translates.
    const seenBy = async (peer: Peer) =>
      (await peer.cmd<{ id: string; available: boolean }[]>('nodes')).map(({ id }) => id).sort();
    expect(await seenBy(four)).toEqual([own.nodeID, other.nodeID, four.nodeID].sort());
    expect(await seenBy(five)).toEqual([own.nodeID, other.nodeID, five.nodeID].sort());
    expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('changes of our services reach both, without an error line at either', async () => {
    // Errors by others' broadcasts go on; ours are told by their sender.
    const mine = async (peer: Peer) =>
      (await peer.logs({ level: 'error' })).filter(
        ({ message }) => message.includes('INFO') && message.includes(own.nodeID),
      ).length;
    const before = [await mine(four), await mine(five)];
    const handle = await own.broker.createService({ name: 'between', actions: { go: () => 'went' } });
    for (const peer of [four, five]) {
      await peer.waitForServices('between');
      expect(await peer.call('between.go')).toBe('went');
    }
    await handle.destroy();
    for (const peer of [four, five]) await peer.waitForEndpoints('between.go', 0);
    expect([await mine(four), await mine(five)]).toEqual(before);
  });

  it('headers go to the newer and not to the older', async () => {
    const headers = { h: 1 };
    expect((await own.call('echo.context', {}, { nodeID: four.nodeID, headers })).headers).toBeNull();
    expect((await own.call('echo.context', {}, { nodeID: five.nodeID, headers })).headers).toEqual(headers);
    expect((await own.call('own.context', {}, { nodeID: other.nodeID, headers })).headers).toEqual(headers);
  });

  it('a chain goes through both worlds', async () => {
    const inFive = { action: 'own.context', params: {}, opts: { nodeID: own.nodeID } };
    const viaOther = { action: 'echo.nested', params: inFive, opts: { nodeID: five.nodeID } };
    const inFour = { action: 'own.nested', params: viaOther, opts: { nodeID: other.nodeID } };
    const { self, result } = await own.call('echo.nested', inFour, { nodeID: four.nodeID, meta: { m: 1 } });
    const levels = [self.level, result.self.level, result.result.self.level, result.result.result.level];
    expect(levels).toEqual([1, 2, 3, 4]);
    const last = result.result.result;
    expect(last).toMatchObject({
      requestID: self.requestID,
      nodeID: five.nodeID,
      meta: { m: 1 },
      caller: 'echo',
    });
  });
});

describe('a cluster of one version and two of us', () => {
  it.concurrent.each(VERSIONS)(
    '0.$version logs no error because of us, once we have joined',
    async ({ version, protocol }) => {
      const cluster = new Cluster({ label: 'quiet', version });
      try {
        const peer = await cluster.peer(HEARTBEATS);
        const [own, other] = await Promise.all([cluster.own(HEARTBEATS), cluster.own(HEARTBEATS)]);
        await peer.waitForEndpoints('own.whoami', 2);
        for (const node of [own, other]) await node.broker.waitForServices(['math', 'own'], 60_000);
        // The question in the other version, which nobody here speaks: one line each, at the start and never again.
        const atStart = await peer.logs({ level: 'error', clear: true });
        expect(atStart.filter(({ message }) => !message.includes(' DISCOVER '))).toEqual([]);
        expect(atStart.length).toBeLessThanOrEqual(2);

        const late = await cluster.peer({ ...HEARTBEATS, services: ['greeter'] });
        await own.waitForEndpoints('greeter.hello', 2);
        await own.broker.createService({ name: 'quietlate', actions: { go: () => 1 } });
        await peer.waitForServices('quietlate');
        await own.broker.broadcast('ev.quiet');
        await peer.waitForEvents('ev.quiet', 2);
        await afterBeats(own, peer.nodeID, 4);
        await afterBeats(own, other.nodeID, 2);
        await other.stop();
        await peer.waitForNode(other.nodeID, false);
        expect(own.transit.versions.inUse().map(({ ver }) => ver)).toEqual([protocol]);
        for (const node of [peer, late])
          expect((await node.logs()).map(({ message }) => message)).toEqual([]);
        expect(await peer.call('own.whoami')).toBe(own.nodeID);
      } finally {
        await cluster.close();
      }
    },
  );
});
