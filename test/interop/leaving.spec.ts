import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeIDConflictError } from '../../lib/errors/broker.error.js';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import { compileOwn, startOwnChild, type OwnChild } from '../support/own-child.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

let compiled: Awaited<ReturnType<typeof compileOwn>>;
beforeAll(async () => {
  compiled = await compileOwn();
});
afterAll(() => compiled.remove());

/** s; nobody here shall be missed for his silence, not even on a machine that stands still for a while. */
const HEARTBEATS = { heartbeatInterval: 0.5, heartbeatTimeout: 30 };
/** ms between withdrawing services and leaving: the others may take that long to read of it. */
const STOP_DELAY = 3000;

interface Gone {
  nodeID?: string;
  unexpected?: boolean;
}

describe.each(VERSIONS)('leaving and joining beside Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let own: OwnNode;
  /** Sees everything, is never killed. */
  let peer: Peer;
  let last = 0;

  const child = (options: object = {}): Promise<OwnChild> => {
    const { url, namespace } = cluster;
    const nodeID = `child${version}-${++last}`;
    return startOwnChild(compiled.dir, { transporter: url, namespace, nodeID, ...HEARTBEATS, ...options });
  };

  beforeAll(async () => {
    cluster = new Cluster({ label: 'leaving', version });
    [own, peer] = await Promise.all([cluster.own(HEARTBEATS), cluster.peer(HEARTBEATS)]);
    await Promise.all([own.waitForNode(peer.nodeID), peer.waitForNode(own.nodeID)]);
  });
  afterAll(() => cluster.close());

  it('we leave in good order: no call of a Moleculer node fails', async () => {
    const leaving = await child({ registry: { stopDelay: STOP_DELAY } });
    const staying = await child();
    await peer.waitForEndpoints('child.whoami', 2);
    const outcomes: Promise<any>[] = [];
    let going = true;
    const traffic = (async () => {
      while (going) {
        outcomes.push(peer.outcome('child.whoami'), peer.outcome('child.sleep', { ms: 30 }));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const running = peer.outcome('child.sleep', { ms: 800 }, { nodeID: leaving.nodeID });
    await waitUntil('some traffic', () => outcomes.length > 40);
    expect(await leaving.stop()).toBe(0);
    await peer.waitForNode(leaving.nodeID, false);
    // Told, and not found out by its silence.
    const gone = await peer.cmd<Gone[]>('internalEvents', { name: '$node.disconnected' });
    expect(gone.filter(({ nodeID }) => nodeID === leaving.nodeID)).toMatchObject([{ unexpected: false }]);
    const before = outcomes.length;
    await waitUntil('traffic afterwards', () => outcomes.length > before + 40);
    going = false;
    await traffic;
    const all = await Promise.all([...outcomes, running]);
    expect(all.filter(({ ok }) => !ok)).toEqual([]);
    expect(new Set(all.map(({ nodeID }) => nodeID))).toEqual(new Set([leaving.nodeID, staying.nodeID]));
    expect(await staying.stop()).toBe(0);
  });

  it('a Moleculer node leaves in good order: no call of ours fails', async () => {
    const services = ['slow'];
    const leaving = await cluster.peer({ ...HEARTBEATS, services, stopDelay: STOP_DELAY });
    const staying = await cluster.peer({ ...HEARTBEATS, services });
    await own.waitForEndpoints('slow.stats', 3);
    const outcomes: Promise<unknown>[] = [];
    const nodes = new Set<string>();
    const gone: Gone[] = [];
    const watching = own.registry.changes().subscribe(({ type, node, unexpected }) => {
      if (type === 'node.disconnected') gone.push({ nodeID: node.id, unexpected });
    });
    let going = true;
    const traffic = (async () => {
      while (going) {
        outcomes.push(own.call('slow.stats'), own.call('slow.sleep', { ms: 20 }));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await waitUntil('some traffic', () => outcomes.length > 40);
    expect(await leaving.stop()).toBe(0);
    await own.waitForNode(leaving.nodeID, false);
    watching.unsubscribe();
    expect(gone).toEqual([{ nodeID: leaving.nodeID, unexpected: false }]);
    const before = outcomes.length;
    await waitUntil('traffic afterwards', () => outcomes.length > before + 40);
    going = false;
    await traffic;
    const settled = await Promise.allSettled(outcomes);
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(own.pending).toBe(0);
    for (const { id } of own.registry.nodes({ onlyAvailable: true })) nodes.add(id);
    expect(nodes.has(staying.nodeID)).toBe(true);
    expect(nodes.has(leaving.nodeID)).toBe(false);
    await staying.stop();
  });

  it('a taken node ID is an error for the newcomer, and nobody dies of it', async () => {
    const nodeID = peer.nodeID;
    const newcomer = await cluster.prepareOwn({ nodeID, ...HEARTBEATS });
    await newcomer.node.start();
    await expect(newcomer.broker.ready).rejects.toBeInstanceOf(NodeIDConflictError);
    await expect(newcomer.broker.ready).rejects.toMatchObject({ data: { nodeID } });
    expect(await newcomer.call('own.reply', 'local')).toBe('local');
    expect(newcomer.transit.connected).toBe(false);
    // The older one is there as before, for its friends as well.
    expect(await peer.call('greeter.hello', { name: 'alive' })).toBe('Hello alive');
    expect((await own.call('greeter.whoami', {}, { nodeID })).nodeID).toBe(nodeID);
    expect(await peer.logs({ level: 'fatal' })).toEqual([]);
    await newcomer.stop();
    expect(await own.broker.ping(nodeID, 30_000)).not.toBeNull();
    expect((await own.call('greeter.whoami', {}, { nodeID })).nodeID).toBe(nodeID);
  });

  it('a taken ID of our own is found as well', async () => {
    const newcomer = await cluster.prepareOwn({ nodeID: own.nodeID });
    await newcomer.node.start();
    await expect(newcomer.broker.ready).rejects.toBeInstanceOf(NodeIDConflictError);
    expect(await peer.call('own.whoami', {}, { nodeID: own.nodeID })).toBe(own.nodeID);
    await newcomer.stop();
    expect(await peer.call('own.whoami', {}, { nodeID: own.nodeID })).toBe(own.nodeID);
  });

  it('namespaces keep apart', async () => {
    const elsewhere = new Cluster({ label: 'leaving', version, namespace: `${cluster.namespace}.b` });
    try {
      const [stranger, twin] = await Promise.all([
        elsewhere.peer({ services: ['echo'], nodeID: peer.nodeID }),
        elsewhere.own({ nodeID: own.nodeID }),
      ]);
      await twin.waitForNode(stranger.nodeID);
      await twin.broker.waitForServices('echo', 60_000);
      expect(twin.registry.nodes()).toHaveLength(2);
      expect(await twin.failure('greeter.hello')).toMatchObject({ type: 'SERVICE_NOT_FOUND' });
      expect(await twin.call('echo.reply', 1)).toBe(1);
      expect(own.registry.nodes().filter(({ id }) => id === own.nodeID)).toHaveLength(1);
      expect(await own.call('greeter.hello', {})).toBe('Hello Moleculer');
    } finally {
      await elsewhere.close();
    }
    expect(own.registry.node(peer.nodeID)?.available).toBe(true);
  });
});
