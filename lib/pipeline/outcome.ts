import { isObservable } from 'rxjs';
import type { Context } from '../context/context.js';
import { lastOf } from './last-value.js';

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
