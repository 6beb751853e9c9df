import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, peerListeners, tally, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';

const ROUNDS = 30;

const times = <T>(work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: ROUNDS }, (_, n) => work(n)));

describe.each(VERSIONS)('balancing with Moleculer 0.$version', ({ version }) => {
  let cluster: Cluster;
  let owns: OwnNode[];
  let peers: Peer[];
  const thirds = (nodes: { nodeID: string }[]) =>
    Object.fromEntries(nodes.map(({ nodeID }) => [nodeID, ROUNDS / nodes.length]));

  beforeAll(async () => {
    cluster = new Cluster({ label: 'balance', version });
    const services = ['greeter', 'sink', 'sink2'];
    [owns, peers] = await Promise.all([
      Promise.all([1, 2, 3].map(() => cluster.own())),
      Promise.all([1, 2, 3].map(() => cluster.peer({ services }))),
    ]);
    for (const own of owns) {
      await own.waitForEndpoints('greeter.whoami', 3);
      await own.waitForEndpoints('own.whoami', 3);
      await own.waitForListeners('ev.**', 3);
      await own.waitForListeners('own.**', 3);
    }
    for (const peer of peers) {
      await peer.waitForEndpoints('own.whoami', 3);
      await peerListeners(peer, 'own.**', 6);
      await peerListeners(peer, 'ev.**', 6);
    }
  });
  afterAll(() => cluster.close());

  it('our calls go round three Moleculer nodes', async () => {
    const answers = await times(() => owns[0].call('greeter.whoami'));
    expect(tally(answers.map(({ nodeID }) => nodeID))).toEqual(thirds(peers));
  });

  it('a Moleculer node’s calls go round three of ours', async () => {
    const answers = await times(() => peers[0].call<string>('own.whoami'));
    expect(tally(answers)).toEqual(thirds(owns));
  });

  it('who serves an action itself calls itself', async () => {
    expect(new Set(await times(() => owns[1].call('own.whoami')))).toEqual(new Set([owns[1].nodeID]));
  });

  it('our emits go to one Moleculer node a group, in turn', async () => {
    await times((n) => owns[0].broker.emit('ev.balanced', { n }));
    const got = (
      await Promise.all(peers.map(async (peer) => peer.waitForEvents('ev.balanced', (2 * ROUNDS) / 3)))
    ).flat();
    for (const group of ['sink', 'sink2']) {
      const mine = got.filter((event) => event.group === group);
      expect(mine.map(({ params }) => params.n).sort((a, b) => a - b)).toEqual(
        Array.from({ length: ROUNDS }, (_, n) => n),
      );
    }
    expect(got.every(({ eventType, nodeID }) => eventType === 'emit' && nodeID === owns[0].nodeID)).toBe(
      true,
    );
  });

  it('a Moleculer node’s emits come to one of ours a group, in turn', async () => {
    await times((n) => peers[0].emit('own.balanced', { n }));
    await Promise.all(owns.map((own) => own.waitForEvents('own.balanced', (2 * ROUNDS) / 3)));
    const got = owns.flatMap((own) =>
      own.events('own.balanced').map((event) => ({ ...event, at: own.nodeID })),
    );
    for (const group of ['ownsink', 'ownsink2']) {
      const mine = got.filter((event) => event.group === group);
      expect(mine.map(({ params }) => params.n).sort((a, b) => a - b)).toEqual(
        Array.from({ length: ROUNDS }, (_, n) => n),
      );
      expect(tally(mine.map(({ at }) => at))).toEqual(thirds(owns));
    }
  });

  it('a broadcast reaches every listener of every node, ours and theirs', async () => {
    await owns[0].broker.broadcast('ev.all', { from: 'us' });
    await peers[0].broadcast('own.all', { from: 'them' });
    const theirs = await Promise.all(peers.map((peer) => peer.waitForEvents('ev.all', 2)));
    const ours = await Promise.all(owns.map((own) => own.waitForEvents('own.all', 2)));
    for (const events of theirs) expect(events.map(({ group }) => group).sort()).toEqual(['sink', 'sink2']);
    for (const events of ours)
      expect(events.map(({ group }) => group).sort()).toEqual(['ownsink', 'ownsink2']);
    for (const event of [...theirs.flat(), ...ours.flat()]) expect(event.eventType).toBe('broadcast');
  });

  it('one group and version is shared between ours and theirs', async () => {
    const name = 'mixed';
    for (const own of owns) await own.broker.createService({ name, actions: { go: () => own.nodeID } });
    for (const peer of peers) await peer.cmd('createService', { name, actions: ['go'] });
    await owns[0].waitForEndpoints('mixed.go', 6);
    const caller = await cluster.own({ services: [] });
    await caller.waitForEndpoints('mixed.go', 6);
    const answers = await times(() => caller.call('mixed.go'));
    const who = answers.map((answer) => answer.nodeID ?? answer);
    expect(tally(who)).toEqual(thirds([...owns, ...peers]));
    await caller.stop();
  });
});
