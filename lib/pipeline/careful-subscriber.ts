import { type Observable, Subscriber, type TeardownLogic } from 'rxjs';
import { partsOf } from './several-errors.js';

/**
 * A subscriber to what a handler gave. What cleaning up throws (`finalize`, the function that `new Observable` was given back) is kept
 * as an error of its source; RxJS would throw it where nobody can catch it: from a timer, or to whoever ends a subscription.
 */
export abstract class CarefulSubscriber extends Subscriber<unknown> {
  protected readonly errors: unknown[] = [];
  private subscribing = true;

  follow(source: Observable<unknown>): void {
    try {
      const subscription = source.subscribe(this);
      // That of another copy of RxJS is no `Subscriber` to this one.
      if (subscription !== this) this.add(subscription);
    } catch (error) {
      this.errors.push(...partsOf(error));
      this.unsubscribe();
    }
    this.subscribing = false;
    if (this.closed) this.settle();
  }

  /** What is over before it has all been set up is cleaned up here; operators of RxJS forget what that throws. */
  override add(teardown: TeardownLogic): void {
    try {
      super.add(teardown);
    } catch (error) {
      if (!this.subscribing) throw error;
      this.errors.push(...partsOf(error));
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    try {
      super.unsubscribe();
    } catch (error) {
      this.untidy(error);
    }
    if (!this.subscribing) this.settle();
  }

  protected untidy(error: unknown): void {
    this.errors.push(...partsOf(error));
  }

  protected override _complete(): void {
    this.unsubscribe();
  }

  /** It is over, and cleaned up. */
  protected abstract settle(): void;
}
