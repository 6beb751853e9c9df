import { describe, expect, it, vi } from 'vitest';
import { Arrivals } from '../../../lib/discovery/arrivals.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';

describe('the wait for arrivals', () => {
  it('ends when all that are due have come, also if they came before it was known how many', async () => {
    const scheduler = new VirtualScheduler();
    const arrivals = new Arrivals(scheduler);
    const done = vi.fn();
    arrivals.begin();
    arrivals.note('a');
    void arrivals.wait(2).then(done);
    await scheduler.advance(10);
    arrivals.note('a');
    await scheduler.advance(10);
    expect(done).not.toHaveBeenCalled();
    arrivals.note('b');
    await scheduler.advance(0);
    expect(done).toHaveBeenCalled();
    expect(scheduler.pending).toBe(0);
  });

  it('lasts 500 ms where nobody knows how many are due', async () => {
    const scheduler = new VirtualScheduler();
    const arrivals = new Arrivals(scheduler);
    const done = vi.fn();
    arrivals.begin();
    void arrivals.wait(null).then(done);
    for (let i = 0; i < 100; i++) arrivals.note(`node-${i}`);
    await scheduler.advance(499);
    expect(done).not.toHaveBeenCalled();
    await scheduler.advance(1);
    expect(done).toHaveBeenCalled();
  });

  it('of a later join is not ended by that of an earlier one', async () => {
    const scheduler = new VirtualScheduler();
    const arrivals = new Arrivals(scheduler);
    arrivals.begin();
    void arrivals.wait(5);
    await scheduler.advance(400);
    const done = vi.fn();
    arrivals.begin();
    void arrivals.wait(1).then(done);
    await scheduler.advance(150);
    arrivals.note('a');
    await scheduler.advance(0);
    expect(done).toHaveBeenCalled();
  });
});
