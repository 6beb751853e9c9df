import { isObservable, type Observable, type Observer, type Subscription } from 'rxjs';
import type { Context } from '../context/context.js';

/**
 * The promise of what a handler gives later, or null if its result is the answer already. Observables stand for their last value;
 * promises of other libraries count, as with `await`, and are wrapped: they may settle twice or throw from `then`.
 *
 * @param ctx who gives up on it ends the subscription as well
 */
export function later(result: unknown, ctx: Context | null): Promise<unknown> | null {
  if (typeof result !== 'object' || result === null) return null;
  if (result instanceof Promise) return result;
  if (typeof (result as { then?: unknown }).then === 'function') {
    return Promise.resolve(result as PromiseLike<unknown>);
  }
  return isObservable(result) ? lastOf(result, ctx) : null;
}

/** The promise for an Observable that came out of a promise; null for all else, which is nearly always. */
export function laterStill(value: unknown, ctx: Context | null): Promise<unknown> | null {
  return typeof value === 'object' && value !== null && isObservable(value) ? lastOf(value, ctx) : null;
}

function lastOf(source: Observable<unknown>, ctx: Context | null): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const last = new LastValue(resolve, reject);
    last.subscription = source.subscribe(last);
    if (ctx !== null && !last.subscription.closed) ctx.whenAborted(last);
  });
}

/** The last value, null if there is none. An endless Observable must not outlive the call: its timeout or abort unsubscribes. */
class LastValue implements Observer<unknown> {
  subscription: Subscription | null = null;
  private last: unknown = null;

  constructor(
    private readonly resolve: (value: unknown) => void,
    readonly error: (error: unknown) => void,
  ) {}

  next(value: unknown): void {
    this.last = value;
  }

  complete(): void {
    this.resolve(this.last);
  }

  abort(): void {
    this.subscription?.unsubscribe();
    // Nobody waits for it any more, but for whoever counts the work under way.
    this.resolve(this.last);
  }
}
