import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** ms; default 45,000, less than a test may take: a loaded machine is slow, and what does not come is named. */
  timeout?: number;
  /** ms between two looks; default 20. */
  every?: number;
}

/**
 * Looks again and again until the probe gives something true, and gives that back. The limit is only there to fail:
 * a test waits for the condition, not for the time.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeout = 45_000, every = 20 }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() >= end) throw new Error(`${what}: not within ${timeout} ms`);
    await sleep(every);
  }
}
