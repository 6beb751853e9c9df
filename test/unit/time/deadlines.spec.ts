import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadlines } from '../../../lib/time/deadlines.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';
import { Entry, Jumping } from './deadline-entry.fixture.js';

describe('Deadlines', () => {
  it('keeps no timer while there is nothing to watch', async () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    expect(scheduler.pending).toBe(0);
    const entry = new Entry(100, scheduler);
    deadlines.add(entry);
    expect(scheduler.pending).toBe(1);
    await scheduler.advance(200);
    expect(entry.expiredAt).not.toBeNull();
    expect(scheduler.pending).toBe(0);
    expect(deadlines.size).toBe(0);
  });

  it('watches again after it had nothing to do', async () => {
    const scheduler = new VirtualScheduler(5);
    const deadlines = new Deadlines(scheduler);
    for (let round = 0; round < 3; round++) {
      const entry = new Entry(scheduler.now() + 90, scheduler);
      deadlines.add(entry);
      await scheduler.advance(1000);
      expect(entry.expiredAt).toBeGreaterThanOrEqual(entry.deadline);
      expect(entry.expiredAt).toBeLessThanOrEqual(entry.deadline + 50);
    }
  });

  it('has one timer for any number of entries', () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    for (let i = 0; i < 500; i++) deadlines.add(new Entry(1000 + i, scheduler));
    expect(scheduler.pending).toBe(1);
    deadlines.close();
    expect(scheduler.pending).toBe(0);
    expect(deadlines.size).toBe(0);
  });

  it('lets an entry go at once when it is settled, before the first look and after it', async () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    const entries = Array.from({ length: 6 }, () => new Entry(30_000, scheduler));
    for (const entry of entries) deadlines.add(entry);
    for (const [i, left] of [5, 4, 3].entries()) {
      entries[[2, 0, 5][i]].settle();
      expect(deadlines.size).toBe(left);
    }
    await scheduler.advance(50);
    for (const [i, left] of [2, 1, 0].entries()) {
      entries[[3, 1, 4][i]].settle();
      expect(deadlines.size).toBe(left);
    }
    await scheduler.advance(50);
    expect(scheduler.pending).toBe(0);
    expect(entries.map(({ previous, next }) => previous ?? next)).toEqual(Array(6).fill(null));
  });

  it('expires what is due at one time in the order in which it came, but for what others of them settled', async () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    const entries = Array.from({ length: 4 }, () => new Entry(500, scheduler));
    const expired: number[] = [];
    for (const [i, entry] of entries.entries()) {
      entry.expire = () => {
        expired.push(i);
        if (i === 1) entries[2].settle();
      };
      deadlines.add(entry);
    }
    await scheduler.advance(600);
    expect(expired).toEqual([0, 1, 3]);
    expect([deadlines.size, scheduler.pending]).toEqual([0, 0]);
  });

  it('keeps nothing of thousands of settled entries until their time', async () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    for (let round = 0; round < 40; round++) {
      const entries = Array.from({ length: 500 }, () => new Entry(scheduler.now() + 30_000, scheduler));
      for (const entry of entries) deadlines.add(entry);
      await scheduler.advance(50);
      for (const entry of entries) entry.settle();
    }
    await scheduler.advance(50);
    expect([deadlines.size, scheduler.pending]).toEqual([0, 0]);
  });

  it('keeps no room for settled entries of far away times either, though an early one lasts', async () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    const add = () => {
      const entry = new Entry(scheduler.now() + 86_400_000, scheduler);
      deadlines.add(entry);
      return entry;
    };
    const { buckets } = deadlines as unknown as { buckets: Map<number, unknown> };
    const lasting = add();
    for (let i = 0; i < 5000; i++) {
      const entry = add();
      await scheduler.advance(40);
      entry.settle();
    }
    expect(buckets.size).toBeLessThan(1100);
    lasting.settle();
    await scheduler.advance(50);
    expect([buckets.size, scheduler.pending]).toEqual([0, 0]);
    add();
    await scheduler.advance(50);
    deadlines.close();
    expect([buckets.size, deadlines.size]).toEqual([0, 0]);
  });

  it('expires what fell due while the process stood still', async () => {
    const scheduler = new Jumping();
    const deadlines = new Deadlines(scheduler);
    const due = Array.from({ length: 20 }, (_, i) => new Entry(1000 + i * 100, scheduler));
    const later = new Entry(10_000_000, scheduler);
    for (const entry of [...due, later]) deadlines.add(entry);
    await scheduler.advance(50);
    scheduler.leap = 1_000_000;
    await scheduler.advance(50);
    expect(due.every((entry) => entry.settled)).toBe(true);
    expect(later.settled).toBe(false);
    deadlines.close();
  });

  it('asks entries that have no deadline yet for it at the first look, once, and settled ones never', async () => {
    const scheduler = new VirtualScheduler(7);
    const deadlines = new Deadlines(scheduler);
    const [quick, slow] = [new Entry(0, scheduler, 500), new Entry(0, scheduler, 500)];
    deadlines.add(quick);
    deadlines.add(slow);
    quick.settle();
    await scheduler.advance(1000);
    expect(quick).toMatchObject({ decisions: 0, expiredAt: null });
    expect(slow.decisions).toBe(1);
    expect(slow.expiredAt).toBeGreaterThanOrEqual(507);
    expect(slow.expiredAt).toBeLessThanOrEqual(547);
  });

  it('gives what came in time a chance after the process stood still', async () => {
    class Stopping extends VirtualScheduler {
      stood = 0;
      override now(): number {
        return super.now() + this.stood;
      }
    }
    const scheduler = new Stopping();
    const deadlines = new Deadlines(scheduler);
    const [answered, silent] = [new Entry(200, scheduler), new Entry(200, scheduler)];
    deadlines.add(answered);
    deadlines.add(silent);
    await scheduler.advance(100);
    scheduler.stood = 5000;
    // The first look after the stop, then what lay in the socket, then the second look.
    await scheduler.advance(20);
    answered.settle();
    await scheduler.advance(20);
    expect([answered.expiredAt, silent.expiredAt]).toEqual([null, scheduler.now()]);
    expect(scheduler.pending).toBe(0);
  });

  it.each([1000, 3_600_000])(
    'keeps the time that is left when the clock is put back by %i ms',
    async (by) => {
      const scheduler = new Jumping(10_000_000);
      const deadlines = new Deadlines(scheduler);
      const entry = (timeout: number) => new Entry(scheduler.now() + timeout, scheduler);
      const old = [entry(500), entry(5000)];
      for (const one of old) deadlines.add(one);
      await scheduler.advance(110);
      const young = entry(500);
      deadlines.add(young);
      scheduler.leap = -by;
      const since = entry(500);
      deadlines.add(since);
      await scheduler.advance(380);
      expect([...old, young, since].filter(({ settled }) => settled)).toEqual([]);
      await scheduler.advance(70);
      expect(old[0].settled).toBe(true);
      await scheduler.advance(120);
      expect([young.settled, since.settled, old[1].settled]).toEqual([true, true, false]);
      await scheduler.advance(4400);
      expect(old[1].settled).toBe(true);
      expect([deadlines.size, scheduler.pending]).toEqual([0, 0]);
    },
  );

  it('keeps it also where the clock is put back right after the process stood still', async () => {
    const scheduler = new Jumping(10_000_000);
    const deadlines = new Deadlines(scheduler);
    const entry = new Entry(scheduler.now() + 200, scheduler);
    deadlines.add(entry);
    await scheduler.advance(100);
    scheduler.leap = 500;
    await scheduler.advance(20);
    scheduler.leap = -3_600_000;
    await scheduler.advance(200);
    expect(entry.settled).toBe(true);
    expect(scheduler.pending).toBe(0);
  });

  it('goes on watching when one that expires throws', async () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    const [bad, beside, after] = [100, 100, 400].map((due) => new Entry(due, scheduler));
    bad.expire = () => {
      throw new Error('a bug');
    };
    for (const entry of [bad, beside, after]) deadlines.add(entry);
    await expect(scheduler.advance(200)).rejects.toThrow('a bug');
    await scheduler.advance(500);
    expect([beside.settled, after.settled, deadlines.size, scheduler.pending]).toEqual([true, true, 0, 0]);
  });

  it('misses none of those that fell due while the process stood still, though one of them throws', async () => {
    const scheduler = new Jumping();
    const deadlines = new Deadlines(scheduler);
    const entries = [100, 200, 300, 400].map((due) => new Entry(due, scheduler));
    entries[0].expire = () => {
      throw new Error('a bug');
    };
    for (const entry of entries) deadlines.add(entry);
    await scheduler.advance(30);
    scheduler.leap = 1000;
    await expect(scheduler.advance(100)).rejects.toThrow('a bug');
    await scheduler.advance(100);
    expect(entries.slice(1).map(({ settled }) => settled)).toEqual([true, true, true]);
    expect([deadlines.size, scheduler.pending]).toEqual([0, 0]);
  });

  it('lets entries be added by the one that expires', async () => {
    const scheduler = new VirtualScheduler();
    const deadlines = new Deadlines(scheduler);
    const second = new Entry(300, scheduler);
    const first = new Entry(50, scheduler);
    first.expire = () => deadlines.add(second);
    deadlines.add(first);
    await scheduler.advance(400);
    expect(second.expiredAt).toBeGreaterThanOrEqual(300);
    expect(scheduler.pending).toBe(0);
  });

  it('never expires early, at most 50 ms late, and only what was not settled: as a naive model', async () => {
    const step = fc.record({
      wait: fc.nat(120),
      timeout: fc.integer({ min: -20, max: 3000 }),
      settleAfter: fc.nat(4000),
      undecided: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(100_000), fc.array(step, { maxLength: 25 }), async (start, steps) => {
        const scheduler = new VirtualScheduler(start);
        const deadlines = new Deadlines(scheduler);
        const all: { entry: Entry; due: number; settleAt: number }[] = [];
        for (const { wait, timeout, settleAfter, undecided } of steps) {
          await scheduler.advance(wait);
          const added = scheduler.now();
          const entry = new Entry(undecided ? 0 : added + timeout, scheduler, timeout);
          deadlines.add(entry);
          const settleAt = added + settleAfter;
          scheduler.schedule(() => entry.settle(), settleAfter);
          all.push({ entry, due: added + Math.max(0, timeout), settleAt });
        }
        await scheduler.advance(8000);
        for (const { entry, due, settleAt } of all) {
          if (settleAt < due) expect(entry.expiredAt).toBeNull();
          if (settleAt > due + 50) expect(entry.expiredAt).not.toBeNull();
          if (entry.expiredAt === null) continue;
          expect(entry.expiredAt).toBeGreaterThanOrEqual(due);
          expect(entry.expiredAt).toBeLessThanOrEqual(due + 50);
        }
        expect(deadlines.size).toBe(0);
        expect(scheduler.pending).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
