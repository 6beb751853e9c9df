import type { Observable, Subscriber } from 'rxjs';
import { CarefulSubscriber } from '../../pipeline/careful-subscriber.js';
import { isObservableValue } from '../../pipeline/outcome.js';
import { oneOrSeveral } from '../../pipeline/several-errors.js';
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
    if (isObservableValue(answer)) {
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
  const relay = new Relay(subscriber);
  subscriber.add(relay);
  relay.follow(source);
}

class Relay extends CarefulSubscriber {
  private ended = false;

  constructor(private readonly target: Subscriber<unknown>) {
    super();
  }

  protected override _next(value: unknown): void {
    this.target.next(value);
  }

  protected override _error(error: unknown): void {
    this.target.error(error);
    this.unsubscribe();
  }

  protected override _complete(): void {
    this.ended = true;
    this.unsubscribe();
  }

  protected override untidy(error: unknown): void {
    // Whoever left gathers it.
    if (this.target.closed) throw error;
    super.untidy(error);
  }

  protected settle(): void {
    if (this.errors.length > 0) this.target.error(oneOrSeveral(this.errors));
    else if (this.ended) this.target.complete();
  }
}
