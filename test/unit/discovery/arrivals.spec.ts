import { afterEach, describe, expect, it, vi } from 'vitest';
import { MOLECULER_SCHEDULER } from '../../../lib/index.js';
import type { NodeScheduler } from '../../../lib/testing/node-scheduler.js';
import { SimulatedTransporter } from '../../../lib/testing/network/simulated.transporter.js';
import { delay } from '../../../lib/time/delay.js';
import { foreigner, foreigners } from '../foreign.fixture.js';
import { type Life, lives, node } from '../life.fixture.js';

const start = lives();
afterEach(() => vi.restoreAllMocks());

/** The wire tells how many hear a topic when so much time has passed, or cannot tell. */
function countsAfter(c: Life, ms: number | null): void {
  const count = SimulatedTransporter.prototype.countSubscribers;
  vi.spyOn(SimulatedTransporter.prototype, 'countSubscribers').mockImplementation(async function (
    this: SimulatedTransporter,
    topic,
  ) {
    if (!topic.endsWith('DISCOVER')) return count.call(this, topic);
    if (ms === null) return null;
    const counted = await count.call(this, topic);
    await delay(c.cluster['clock'].scheduler, ms);
    return counted;
  });
}

describe('the wait for arrivals', () => {
  it('ends when all that are due have come, also if they came before it was known how many', async () => {
    const c = await start([node('me'), node('a'), node('b')]);
    const timers = c.cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER).pending;
    countsAfter(c, 10);
    // An answer alone does not tell how many are due; nor does the second of the same node.
    const late = c.cluster.delay('200ms', { from: 'b', type: 'INFO' });
    expect(await c.timeToJoin('me')).toBeCloseTo(200, 0);
    late.stop();
    expect(await c.timeToJoin('me')).toBeCloseTo(10, 0);
    expect(c.seenBy('me')).toEqual(['a', 'b']);
    expect(c.cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER).pending).toBe(timers);
  });

  it('lasts 500 ms where nobody knows how many are due', async () => {
    const c = await start([node('me')]);
    await foreigners(
      c,
      Array.from({ length: 100 }, (_, i) => `node-${i}`),
    );
    expect(await c.timeToJoin('me')).toBeLessThan(50);
    countsAfter(c, null);
    expect(await c.timeToJoin('me')).toBeCloseTo(500, 0);
    expect(c.seenBy('me')).toHaveLength(100);
  });

  it('of a later join is not ended by that of an earlier one', async () => {
    const c = await start([node('me')]);
    const silent = foreigner(c, 'silent');
    silent.onPacket = null;
    let joins = 0;
    c.broker('me')
      .events('$transporter.connected')
      .subscribe(() => joins++);
    const rejoin = () => {
      c.cluster.disconnect('me');
      c.cluster.reconnect('me');
    };
    rejoin();
    await c.cluster.advance(400);
    rejoin();
    // The wait of the first would have ended by now.
    await c.cluster.advance(150);
    expect(joins).toBe(0);
    silent.info();
    await c.cluster.advance(0);
    expect(joins).toBe(1);
  });
});
