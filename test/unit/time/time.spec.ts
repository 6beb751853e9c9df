import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { deferred } from '../../../lib/time/deferred.js';
import { delay, within } from '../../../lib/time/delay.js';
import { counterIds, defaultNodeID } from '../../../lib/time/id-source.js';
import { SystemMachine } from '../../../lib/time/system-machine.js';
import { SystemScheduler } from '../../../lib/time/system-scheduler.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';

describe('VirtualScheduler', () => {
  it('runs work in the order of its time, then of its coming', async () => {
    const scheduler = new VirtualScheduler();
    const ran: string[] = [];
    scheduler.schedule(() => ran.push(`late ${scheduler.now()}`), 20);
    scheduler.schedule(() => ran.push(`a ${scheduler.now()}`), 10);
    scheduler.schedule(() => ran.push(`b ${scheduler.now()}`), 10);
    await scheduler.advance(15);
    expect(ran).toEqual(['a 10', 'b 10']);
    expect(scheduler.now()).toBe(15);
    await scheduler.advance(5);
    expect(ran).toEqual(['a 10', 'b 10', 'late 20']);
  });

  it('lets promises and immediates run between two steps', async () => {
    const scheduler = new VirtualScheduler();
    const ran: string[] = [];
    scheduler.schedule(() => {
      void Promise.resolve().then(() => setImmediate(() => ran.push('immediate')));
    }, 10);
    scheduler.schedule(() => ran.push('next step'), 11);
    await scheduler.advance(20);
    expect(ran).toEqual(['immediate', 'next step']);
  });

  it('runs no work that was cancelled, by others or by itself', async () => {
    const scheduler = new VirtualScheduler();
    const work = vi.fn();
    const subscription = scheduler.schedule(work, 10);
    scheduler.schedule(() => subscription.unsubscribe(), 5);
    await scheduler.advance(100);
    expect(work).not.toHaveBeenCalled();
    expect(scheduler.pending).toBe(0);
  });

  it('ends what sets itself off for ever without time passing, with an error', async () => {
    const scheduler = new VirtualScheduler(0, () => Promise.resolve());
    const timer = scheduler.schedule(function () {
      this.schedule(undefined, 0);
    }, 10);
    await expect(scheduler.advance(20)).rejects.toThrow(/without any time passing/);
    timer.unsubscribe();
    await scheduler.advance(20);
    expect(scheduler.pending).toBe(0);
  });

  it('names the next time, of however many that wait', async () => {
    const scheduler = new VirtualScheduler();
    expect(scheduler.nextDue).toBeNull();
    for (let i = 0; i < 150_000; i++)
      scheduler.add({} as Parameters<VirtualScheduler['add']>[0], 7 + (i % 3));
    expect(scheduler.nextDue).toBe(7);
  });

  it('repeats work that schedules itself again, with its state, until it is cancelled', async () => {
    const scheduler = new VirtualScheduler();
    const seen: (number | undefined)[] = [];
    const timer = scheduler.schedule<number>(
      function (count) {
        seen.push(count);
        this.schedule((count ?? 0) + 1, 10);
      },
      10,
      0,
    );
    await scheduler.advance(35);
    timer.unsubscribe();
    await scheduler.advance(100);
    expect(seen).toEqual([0, 1, 2]);
    expect(scheduler.pending).toBe(0);
  });
});

describe('delay and within', () => {
  it('delay resolves after the time, not before', async () => {
    const scheduler = new VirtualScheduler();
    const done = vi.fn();
    void delay(scheduler, 100).then(done);
    await scheduler.advance(99);
    expect(done).not.toHaveBeenCalled();
    await scheduler.advance(1);
    expect(done).toHaveBeenCalled();
  });

  it('within gives the value and drops the timer', async () => {
    const scheduler = new VirtualScheduler();
    await expect(within(scheduler, 100, Promise.resolve('value'))).resolves.toBe('value');
    expect(scheduler.pending).toBe(0);
  });

  it('within gives undefined when the time is over', async () => {
    const scheduler = new VirtualScheduler();
    const result = within(scheduler, 100, new Promise(() => undefined));
    await scheduler.advance(100);
    await expect(result).resolves.toBeUndefined();
  });

  it('within hears what came while the process stood still for longer', async () => {
    const answer = new Promise((resolve) => setImmediate(() => setImmediate(() => resolve('an answer'))));
    const result = within(new SystemScheduler(), 100, answer);
    for (const end = performance.now() + 200; performance.now() < end;);
    await expect(result).resolves.toBe('an answer');
  });

  it('within passes a rejection on and drops the timer', async () => {
    const scheduler = new VirtualScheduler();
    await expect(within(scheduler, 100, Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(scheduler.pending).toBe(0);
  });
});

describe('deferred', () => {
  it('keeps the first settlement and is no unhandled rejection', async () => {
    const first = deferred();
    first.reject(new Error('first'));
    first.resolve();
    await new Promise<void>((resolve) => setImmediate(resolve));
    await expect(first.promise).rejects.toThrow('first');
  });
});

describe('sources', () => {
  it('makes unique IDs in the shape of a UUID, across the carry of the counter', () => {
    const ids = counterIds('0123abcd-4567-4abc-8abc-');
    const seen = new Set<string>();
    for (let i = 0; i < 5000; i++) seen.add(ids());
    expect(seen.size).toBe(5000);
    for (const id of seen) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/);
  });

  it('two sources share no ID', () => {
    expect(counterIds()()).not.toBe(counterIds()());
  });

  it('makes node IDs that differ within a process', () => {
    expect(defaultNodeID('HOST.local', 12, 'ab-cdef')).toBe('host.local-12-abcd');
  });

  it('the system clock does not run backwards and counts ms since the epoch', () => {
    const scheduler = new SystemScheduler();
    const now = scheduler.now();
    expect(Math.abs(now - new Date().getTime())).toBeLessThan(60_000);
    // Whoever sets the clock of the system, back or forth, sets this one not.
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    for (const hours of [-5, 5]) {
      vi.setSystemTime(now + hours * 3600_000);
      expect(Date.now() - now).toBeCloseTo(hours * 3600_000, -1);
      expect(scheduler.now()).toBeGreaterThanOrEqual(now);
      expect(scheduler.now() - now).toBeLessThan(3600_000);
      expect(Math.abs(new SystemScheduler().now() - now)).toBeLessThan(3600_000);
    }
  });

  it('asks for no timer longer than Node can count, for it would fire at once', () => {
    const intervals = vi.spyOn(globalThis, 'setInterval');
    new SystemScheduler().schedule(() => undefined, 90 * 24 * 3600_000).unsubscribe();
    expect(intervals.mock.calls[0]?.[1]).toBe(2 ** 31 - 1);
    intervals.mockRestore();
  });

  it('the machine tells its addresses, CPU and health', async () => {
    const machine = new SystemMachine();
    expect(machine.ipList().length).toBeGreaterThan(0);
    const [first, second] = await Promise.all([machine.cpu(), machine.cpu()]);
    expect(first).toBe(second);
    if (first !== null) expect(Number.isInteger(first) && first >= 0 && first <= 100).toBe(true);
    const health = await machine.health();
    expect(Object.keys(health)).toEqual(['cpu', 'mem', 'os', 'process', 'time']);
    expect(health.process.pid).toBe(process.pid);
  });
});
