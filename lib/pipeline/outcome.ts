import { isObservable, lastValueFrom } from 'rxjs';

/** The last value of an Observable, null if it has none. */
const LAST = { defaultValue: null };

/**
 * The promise of what a handler gives later, or null if its result is the answer already. Observables stand for their last value;
 * promises of other libraries count, as with `await`, and are wrapped: they may settle twice or throw from `then`.
 */
export function later(result: unknown): Promise<unknown> | null {
  if (typeof result !== 'object' || result === null) return null;
  if (result instanceof Promise) return result;
  if (typeof (result as { then?: unknown }).then === 'function') {
    return Promise.resolve(result as PromiseLike<unknown>);
  }
  return isObservable(result) ? lastValueFrom(result, LAST) : null;
}

/** The promise for an Observable that came out of a promise; null for all else, which is nearly always. */
export function laterStill(value: unknown): Promise<unknown> | null {
  return typeof value === 'object' && value !== null && isObservable(value)
    ? lastValueFrom(value, LAST)
    : null;
}
