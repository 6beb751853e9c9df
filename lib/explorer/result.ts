import { isObservable, lastValueFrom } from 'rxjs';

/** The last value of an Observable, null if it has none. */
const LAST = { defaultValue: null };

/** An Observable becomes a promise of its last value; all else stays as it is. */
export function lastValue(value: unknown): unknown {
  return isObservable(value) ? lastValueFrom(value, LAST) : value;
}
