import { EMPTY, lastValueFrom, type Observable } from 'rxjs';
import type { AbortWatcher } from '../context/abortion.js';
import type { Context } from '../context/context.js';
import { CarefulSubscriber } from './careful-subscriber.js';
import { oneOrSeveral } from './several-errors.js';

/**
 * The last value of an Observable, null if there is none. What its cleaning up throws is its error, as with `finally`.
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
class LastValue extends CarefulSubscriber implements AbortWatcher {
  any = false;
  private last: unknown = null;

  constructor(
    private readonly resolve: (value: unknown) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    super();
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

  protected settle(): void {
    if (this.errors.length === 0) this.resolve(this.last);
    else this.reject(oneOrSeveral(this.errors));
  }
}
