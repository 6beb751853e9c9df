import { describe, expect, it } from 'vitest';
import type { PacketType } from '../../../lib/protocol/packets.js';
import { Refresh } from '../../../lib/discovery/refresh.js';
import { announced, eachCluster, type VirtualCluster } from '../cluster.fixture.js';

const cluster = eachCluster();

/** ms */
const BEAT = 10_000;

const beside = async (c: VirtualCluster, refreshEvery?: number) => {
  const options = refreshEvery === undefined ? {} : { refreshEvery };
  return c.started({ nodeID: 'me', registry: { discoverer: { options } } });
};

/** Beats as a node does, so that it is there. */
function beating(c: VirtualCluster, nodeID: string) {
  const peer = c.peer(nodeID).behave();
  peer.info();
  const beat = () => peer.send('HEARTBEAT', undefined, { cpu: 1 });
  c.scheduler.schedule(function () {
    beat();
    this.schedule(undefined, BEAT);
  });
  return peer;
}

describe('nodes that are known', () => {
  const questions = (peer: { got(type: PacketType, sender?: string): unknown[] }) =>
    peer.got('DISCOVER', 'me').length;

  it('are asked anew who they are, one at every third heartbeat, each in its turn', async () => {
    const c = cluster();
    const peers = ['a', 'b', 'c'].map((nodeID) => beating(c, nodeID));
    await beside(c);
    for (const peer of peers) peer.forget();
    for (const round of [1, 2, 3, 4, 5, 6]) {
      await c.advance(3 * BEAT);
      const asked = peers.map(questions);
      expect(asked.reduce((sum, count) => sum + count)).toBe(round);
      expect(Math.max(...asked) - Math.min(...asked)).toBeLessThanOrEqual(1);
    }
  });

  it('are not asked where that is not wanted, nor where there is nobody', async () => {
    const c = cluster();
    const { transit } = await beside(c);
    const peer = beating(c, 'a');
    await c.settle();
    transit.handlers.INFO = () => undefined;
    peer.forget();
    await c.advance(3 * BEAT);
    expect(questions(peer)).toBe(1);
    const still = await c.started({
      nodeID: 'still',
      registry: { discoverer: { options: { refreshEvery: 0 } } },
    });
    peer.forget();
    await c.advance(9 * BEAT);
    expect(peer.got('DISCOVER', still.broker.nodeID)).toEqual([]);
  });

  it('are known as they are in the end, though their announcement was lost', async () => {
    const c = cluster();
    const { registry, broker } = await beside(c);
    const peer = beating(c, 'a');
    await c.settle();
    expect(registry.action('far.get')).toBeUndefined();
    // Nobody hears of this.
    peer.services = [announced('far', { get: {} })];
    peer.seq++;
    await c.advance(3 * BEAT + 1000);
    expect(await broker.call('far.get')).toBe('a');
  });

  it('are no news where nothing of them is new', async () => {
    const c = cluster();
    const { registry } = await beside(c);
    const peer = beating(c, 'a');
    await c.settle();
    const changes: string[] = [];
    registry.changes().subscribe(({ type }) => changes.push(type));
    await c.advance(3 * BEAT + 1000);
    expect(questions(peer)).toBeGreaterThan(0);
    expect(changes).toEqual([]);
    // What it tells unasked is, as in Moleculer.
    peer.info();
    await c.settle();
    expect(changes).toEqual(['node.updated']);
  });
});

describe('the turn of those who are asked', () => {
  it.each([0, 0.5, 1])('comes to each, whatever chance says: %s', (chance) => {
    const asked: string[] = [];
    const refresh = new Refresh(1, () => chance, {
      nodes: () => ['a', 'b', 'c'],
      isThere: () => true,
      ask: (nodeID) => void asked.push(nodeID),
    });
    for (let i = 0; i < 3; i++) refresh.beat();
    expect(asked.sort()).toEqual(['a', 'b', 'c']);
  });

  it('passes over who has gone, and begins anew when it is through', () => {
    const there = new Set(['a', 'b', 'c', 'd']);
    const asked: string[] = [];
    const refresh = new Refresh(1, () => 0, {
      nodes: () => there,
      isThere: (nodeID) => there.has(nodeID),
      ask: (nodeID) => void asked.push(nodeID),
    });
    refresh.beat();
    there.delete('d');
    for (let i = 0; i < 5; i++) refresh.beat();
    expect(asked.slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
    expect(asked.slice(3).sort()).toEqual(['a', 'b', 'c']);
    there.clear();
    for (let i = 0; i < 5; i++) refresh.beat();
    expect(asked).toHaveLength(6);
  });
});
