import { isObservable, lastValueFrom } from 'rxjs';

/** The last value of an Observable, null if it has none. */
const LAST = { defaultValue: null };

/** An Observable becomes a promise of its last value; all else stays as it is. */
export function lastValue(value: unknown): unknown {
  return isObservable(value) ? lastValueFrom(value, LAST) : value;
}

/** What a handler returned, as callers get it: a value or a promise, Observables unwrapped, also those in promises. */
export function settled(result: unknown): unknown {
  if (result === null || typeof result !== 'object') return result;
  const { then } = result as Partial<PromiseLike<unknown>>;
  if (typeof then === 'function') return then.call(result, lastValue);
  return lastValue(result);
}
