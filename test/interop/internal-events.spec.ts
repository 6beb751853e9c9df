import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

interface Told {
  name: string;
  payload: Record<string, unknown>;
}

const NAMES = ['$node.connected', '$node.updated', '$node.disconnected', '$services.changed'];

describe.each(VERSIONS)('internal events here and at Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;
  const here: Told[] = [];

  beforeAll(async () => {
    cluster = new Cluster({ label: 'internal', version });
    own = await cluster.prepareOwn({ services: [] });
    for (const name of [...NAMES, '$transporter.connected']) {
      own.broker.events<{ node?: { id: string } }>(name).subscribe(({ payload }) => {
        const { node, ...rest } = payload;
        here.push({ name, payload: { ...rest, ...(node ? { node: node.id } : {}) } });
      });
    }
    await own.node.start();
    peer = await cluster.peer({ services: ['math'] });
    await peer.waitForNode(own.nodeID);
  });
  afterAll(() => cluster.close());

  const of = (told: Told[], nodeID: string) => told.filter(({ payload }) => payload['node'] === nodeID);

  /** What both were told of a third node, once it is so much. */
  async function both(nodeID: string, count: number): Promise<Told[][]> {
    return waitUntil(`${count} events of ${nodeID} at both`, async () => {
      const there = (await peer.cmd<Told[]>('internalEvents')).map(({ name, payload }) => ({
        name,
        payload,
      }));
      const pair = [of(here, nodeID), of(there, nodeID)];
      return pair.every((told) => told.length >= count) ? pair : null;
    });
  }

  it('tell the same of a node that comes, changes and leaves, of services, and of the own connection', async () => {
    const third = await cluster.own({ services: [] });
    const { nodeID } = third;
    await both(nodeID, 1);
    await third.broker.createService({ name: 'late', actions: { go: () => 1 } });
    await both(nodeID, 2);
    await third.stop();
    const [ours, theirs] = await waitUntil('the end at both', async () => {
      const pair = await both(nodeID, 3);
      return pair.every((told) => told.some(({ name }) => name === '$node.disconnected')) ? pair : null;
    });
    const kinds = (told: Told[]) => [...new Map(told.map((one) => [one.name, one])).values()];
    expect(kinds(ours!)).toEqual(kinds(theirs!));
    expect(kinds(ours!)).toEqual([
      { name: '$node.connected', payload: { node: nodeID, reconnected: false } },
      { name: '$node.updated', payload: { node: nodeID } },
      { name: '$node.disconnected', payload: { node: nodeID, unexpected: false } },
    ]);

    const changed = await waitUntil('changes at both', async () => {
      const there = await peer.cmd<Told[]>('internalEvents', { name: '$services.changed' });
      const [a, b] = [here.filter(({ name }) => name === '$services.changed'), there].map((told) =>
        told.map(({ payload }) => payload),
      );
      const remote = (list: unknown[]) => list.some((one) => (one as any).localService === false);
      return remote(a!) && remote(b!) ? [a!, b!] : null;
    });
    for (const list of changed)
      for (const payload of list) expect(Object.keys(payload)).toEqual(['localService']);
    const joined = here.filter(({ name }) => name === '$transporter.connected');
    expect(joined.map(({ payload }) => payload)).toEqual([{ wasReconnect: false }]);
  });
});
