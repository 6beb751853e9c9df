import { isObservable, type Observable, type Subscriber } from 'rxjs';

/**
 * Runs something at once and hands its answer on as an Observable would, not before the next turn: whoever subscribes goes on first. An
 * Observable's values are all handed on. Never rejects.
 */
export async function emitTo(subscriber: Subscriber<unknown>, run: () => unknown): Promise<void> {
  try {
    const answer = await run();
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
