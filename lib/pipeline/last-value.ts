import { EMPTY, lastValueFrom, type Observable, Subscriber, type TeardownLogic } from 'rxjs';
import type { AbortWatcher } from '../context/abortion.js';
import type { Context } from '../context/context.js';
import { oneOrSeveral, partsOf } from './several-errors.js';

/**
 * The last value of an Observable, null if there is none.
 *
 * What its cleaning up throws (`finalize`, the function that `new Observable` was given back) is its error, as with `finally`. RxJS
 * would throw that where nobody can catch it: from a timer, or to whoever ends a subscription.
 *
 * @param ctx who gives up on it ends the subscription as well
 */
export function lastOf(source: Observable<unknown>, ctx: Context | null): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const last = new LastValue(resolve, reject);
    last.follow(source);
    if (ctx !== null && !last.closed) ctx.whenAborted(last);
  });
}

/** As `lastOf`, where none is the error that RxJS makes of it. */
export function someLastOf(source: Observable<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const last: LastValue = new LastValue(
      (value) => resolve(last.any ? value : lastValueFrom(EMPTY)),
      reject,
    );
    last.follow(source);
  });
}

/** An endless Observable must not outlive the call: its timeout or abort unsubscribes. */
class LastValue extends Subscriber<unknown> implements AbortWatcher {
  any = false;
  private last: unknown = null;
  private subscribing = true;
  private readonly errors: unknown[] = [];

  constructor(
    private readonly resolve: (value: unknown) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    super();
  }

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
    if (!this.subscribing) {
      super.add(teardown);
      return;
    }
    try {
      super.add(teardown);
    } catch (error) {
      this.errors.push(...partsOf(error));
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    try {
      super.unsubscribe();
    } catch (error) {
      this.errors.push(...partsOf(error));
    }
    if (!this.subscribing) this.settle();
  }

  /** Nobody waits for it any more, but for whoever counts the work under way. */
  abort(): void {
    this.unsubscribe();
  }

  protected override _next(value: unknown): void {
    this.any = true;
    this.last = value;
  }

  protected override _error(error: unknown): void {
    this.errors.push(error);
    this.unsubscribe();
  }

  protected override _complete(): void {
    this.unsubscribe();
  }

  private settle(): void {
    if (this.errors.length === 0) this.resolve(this.last);
    else this.reject(oneOrSeveral(this.errors));
  }
}
