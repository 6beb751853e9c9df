import { isObservable, type Observable, Subscriber, type TeardownLogic } from 'rxjs';
import { oneOrSeveral, partsOf } from '../../pipeline/several-errors.js';
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
  const relay = new Relay(subscriber);
  subscriber.add(relay);
  relay.follow(source);
}

/** What cleaning up throws is an error of the source, where it would be thrown to whoever ends the subscription. */
class Relay extends Subscriber<unknown> {
  private subscribing = true;
  private ended = false;
  private readonly failures: unknown[] = [];

  constructor(private readonly target: Subscriber<unknown>) {
    super();
  }

  follow(source: Observable<unknown>): void {
    try {
      source.subscribe(this);
    } catch (error) {
      this.failures.push(...partsOf(error));
      this.unsubscribe();
    }
    this.subscribing = false;
    if (this.closed) this.tellEnd();
  }

  /** What is over before it has all been set up is cleaned up here; operators of RxJS forget what that throws. */
  override add(teardown: TeardownLogic): void {
    if (!this.subscribing) {
      super.add(teardown);
      return;
    }
    try {
      super.add(teardown);
    } catch (error) {
      this.failures.push(...partsOf(error));
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    try {
      super.unsubscribe();
    } catch (error) {
      // Whoever left gathers it.
      if (this.target.closed) throw error;
      this.failures.push(...partsOf(error));
    }
    if (!this.subscribing) this.tellEnd();
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

  private tellEnd(): void {
    if (this.failures.length > 0) this.target.error(oneOrSeveral(this.failures));
    else if (this.ended) this.target.complete();
  }
}
