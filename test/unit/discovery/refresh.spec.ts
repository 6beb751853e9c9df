import { describe, expect, it } from 'vitest';
import { Refresh } from '../../../lib/discovery/refresh.js';
import { type Life, lives, node, serves } from '../life.fixture.js';

const start = lives();

/** ms */
const BEAT = 10_000;
const refreshing = (refreshEvery: number) => ({ registry: { discoverer: { options: { refreshEvery } } } });
/** The others are not to ask by themselves. */
const QUIET = refreshing(0);

describe('nodes that are known', () => {
  /** How often `me` asked a node by name. */
  const questions = (c: Life, nodeID: string, by = 'me') =>
    c.heard(nodeID, 'DISCOVER', by).filter(({ target }) => target === nodeID).length;

  it('are asked anew who they are, one at every third heartbeat, each in its turn', async () => {
    const c = await start([node('me'), ...['a', 'b', 'c'].map((id) => node(id, QUIET))]);
    c.forget();
    const beats = () => c.heard('a', 'HEARTBEAT', 'me').length;
    for (const round of [1, 2, 3, 4, 5, 6]) {
      while (beats() < 3 * round) await c.cluster.advance(500);
      const asked = ['a', 'b', 'c'].map((id) => questions(c, id));
      expect(asked.reduce((sum, count) => sum + count)).toBe(round);
      expect(Math.max(...asked) - Math.min(...asked)).toBeLessThanOrEqual(1);
    }
  });

  it('are not asked where that is not wanted, nor where there is nobody', async () => {
    const c = await start([node('me', QUIET), node('still', QUIET), node('a')]);
    await c.leave('a');
    c.forget();
    await c.cluster.advance(9 * BEAT);
    expect(c.carried.filter(({ type }) => type === 'DISCOVER')).toEqual([]);
    const alone = await start([node('me'), node('gone')]);
    await alone.leave('gone');
    alone.forget();
    await alone.cluster.advance(9 * BEAT);
    expect(alone.carried.filter(({ type }) => type === 'DISCOVER')).toEqual([]);
  });

  it('are known as they are in the end, though their announcement was lost', async () => {
    const c = await start([node('me'), node('a', QUIET)]);
    // Nobody hears of this.
    const lost = c.cluster.drop({ from: 'a', type: 'INFO' });
    await c.create('a', serves('far', ['get']));
    await c.cluster.advance(1000);
    lost.stop();
    expect(c.registry('me').action('far.get')).toBeUndefined();
    await c.cluster.advance(3.3 * BEAT);
    expect(await c.broker('me').call('far.get')).toBe('a');
  });

  it('are no news where nothing of them is new', async () => {
    const c = await start([node('me'), node('a', QUIET)]);
    c.forget();
    const changes = c.changesOf('me');
    await c.cluster.advance(3.3 * BEAT);
    expect(questions(c, 'a')).toBeGreaterThan(0);
    expect(c.got('me', 'INFO', 'a').length).toBeGreaterThan(0);
    expect(changes).toEqual([]);
    // What it tells unasked is, as in Moleculer.
    c.cluster.disconnect('a');
    c.cluster.reconnect('a');
    await c.cluster.advance(1000);
    expect(changes).toEqual(['node.updated a']);
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
