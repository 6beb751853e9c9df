import { isObservable, type Observable, type Subscriber } from 'rxjs';
import type { Invoke } from './invoke.js';

const NEXT_TURN = Promise.resolve();

/**
 * Runs something for a subscriber and hands the answer on in a later turn: whoever subscribes goes on first. An Observable's values are
 * all handed on. Never rejects.
 *
 * @param atOnce whether it runs before the subscriber goes on, or after
 */
export async function emitTo(
  subscriber: Subscriber<unknown>,
  run: Invoke,
  args: unknown[],
  atOnce: boolean,
): Promise<void> {
  try {
    if (!atOnce) {
      await NEXT_TURN;
      if (subscriber.closed) return;
    }
    const answer = await run(args);
    // Who left meanwhile wants neither the answer nor what it would start.
    if (subscriber.closed) return;
    if (isObservable(answer)) {
      answer.subscribe(subscriber);
      return;
    }
    subscriber.next(answer);
    subscriber.complete();
  } catch (error) {
    subscriber.error(error);
  }
}

/** Hands on what comes; the end, as with `mergeAll`, when the source has cleaned up. */
export function relay(source: Observable<unknown>, subscriber: Subscriber<unknown>): void {
  let ended = false;
  const subscription = source.subscribe({
    next: (value) => subscriber.next(value),
    error: (error: unknown) => subscriber.error(error),
    complete: () => (ended = true),
  });
  subscriber.add(subscription);
  subscription.add(() => {
    if (ended) subscriber.complete();
  });
}
