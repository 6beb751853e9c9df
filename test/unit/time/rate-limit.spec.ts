import { describe, expect, it } from 'vitest';
import { BoundedLog } from '../../../lib/time/bounded-log.js';
import { RateLimit } from '../../../lib/time/rate-limit.js';

describe('RateLimit', () => {
  it('allows so many in a period, and counts what it held back', () => {
    let now = 1000;
    const rate = new RateLimit(2, 100, () => now);
    expect([rate.take(), rate.take(), rate.take(), rate.take()]).toEqual([true, true, false, false]);
    now += 99;
    expect(rate.take()).toBe(false);
    now += 1;
    expect([rate.take(), rate.take(), rate.take()]).toEqual([true, true, false]);
    expect([rate.takeHeld(), rate.takeHeld()]).toEqual([4, 0]);
  });
});

describe('a clock that is put back', () => {
  it('makes no period longer', () => {
    let now = 1_000_000;
    const rate = new RateLimit(1, 100, () => now);
    expect([rate.take(), rate.take()]).toEqual([true, false]);
    now -= 500_000;
    expect([rate.take(), rate.take()]).toEqual([true, false]);
  });
});

describe('BoundedLog', () => {
  it('writes so many lines a minute; how many it left out comes with the next one', () => {
    let now = 0;
    const lines: string[] = [];
    const to = {
      log: (text: string) => lines.push(`log ${text}`),
      warn: (text: string) => lines.push(`warn ${text}`),
      error: (text: string, stack?: string) => lines.push(`error ${text} ${stack}`),
    };
    const log = new BoundedLog(to, () => now, 3);
    log.log('a');
    log.warn('b');
    log.error('c', 'stack');
    for (let i = 0; i < 1000; i++) log.warn('d');
    expect(lines).toEqual(['log a', 'warn b', 'error c stack']);
    now += 60_000;
    log.log('e');
    expect(lines.slice(3)).toEqual([
      'warn 1000 lines were left out here: other nodes caused too many in one minute',
      'log e',
    ]);
  });
});
