/** Small things that several chapters do with answers. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the answer is right, for 10 s at most; the last answer in any case.
 * @throws what the last question threw
 */
export async function until<T>(ask: () => T | Promise<T>, right: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      const answer = await ask();
      if (right(answer) || Date.now() > end) return answer;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await sleep(20);
  }
}

/** The error of a call that should fail. */
export function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (answer) => new Error(`no error, but ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
}

/** How often each name occurs. */
export function tally(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** `north 6, south 6` */
export const counted = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

export const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
