import { isObservable, type Observable } from 'rxjs';
import type { Context } from '../context/context.js';
import { lastOf } from './last-value.js';

/**
 * The promise of what a handler gives later, or null if its result is the answer already. Observables stand for their last value;
 * promises of other libraries count, as with `await`, and are wrapped: they may settle twice or throw from `then`. So are promises with a
 * `then` of their own.
 *
 * Throws what asking for `then` does, as `await` would.
 *
 * @param ctx who gives up on it ends the subscription as well
 */
export function later(result: unknown, ctx: Context | null): Promise<unknown> | null {
  if (typeof result !== 'object' || result === null) return null;
  if (result instanceof Promise) return result.then === Promise.prototype.then ? result : adopted(result);
  if (typeof (result as { then?: unknown }).then === 'function') {
    return adopted(result as PromiseLike<unknown>);
  }
  return isObservableValue(result) ? lastOf(result, ctx) : null;
}

/** The promise for an Observable that came out of a promise; null for all else, which is nearly always. */
export function laterStill(value: unknown, ctx: Context | null): Promise<unknown> | null {
  return typeof value === 'object' && value !== null && isObservableValue(value) ? lastOf(value, ctx) : null;
}

const adopted = (thenable: PromiseLike<unknown>): Promise<unknown> =>
  new Promise((resolve) => resolve(thenable));

/** What throws when it is asked whether it is one (a proxy that knows its own fields alone, say) is none, and a value like any other. */
export function isObservableValue(value: unknown): value is Observable<unknown> {
  try {
    return isObservable(value);
  } catch {
    return false;
  }
}
