import { Observable, Subscriber, type Observer, type Operator, type Subscription } from 'rxjs';
import { hearRejection } from '../errors/unheard.js';

type Report = (error: unknown) => void;
type Wish<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * An observable whose subscribers may throw, or reject: the error is handed to `report`. RxJS would throw it again from a timer, where nobody
 * can catch it and the process ends, or to the one that tells them. What is made of it with `pipe` is guarded as well.
 */
export class GuardedObservable<T> extends Observable<T> {
  constructor(
    private readonly report: Report,
    source?: Observable<T>,
  ) {
    super();
    this.source = source;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new GuardedObservable<R>(this.report, this as unknown as Observable<R>);
    lifted.operator = operator as unknown as Operator<unknown, R>;
    return lifted;
  }

  override subscribe(
    wish?: Wish<T>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // Operators and promises of RxJS pass subscribers of their own, which know what to do with errors.
    if (wish instanceof Subscriber) return super.subscribe(wish);
    const wishes =
      typeof wish === 'function' || !wish
        ? { next: wish ?? undefined, error: error ?? undefined, complete: complete ?? undefined }
        : wish;
    return super.subscribe(new GuardedSubscriber(wishes, this.report));
  }
}

class GuardedSubscriber<T> extends Subscriber<T> {
  constructor(
    private readonly wishes: Partial<Observer<T>>,
    private readonly report: Report,
  ) {
    super();
  }

  protected override _next(value: T): void {
    attempt(() => this.wishes.next?.(value), this.report);
  }

  protected override _error(failure: unknown): void {
    const { wishes, report } = this;
    attempt(() => (wishes.error ? wishes.error(failure) : report(failure)), report);
    attempt(() => this.unsubscribe(), report);
  }

  protected override _complete(): void {
    attempt(() => this.wishes.complete?.(), this.report);
    // What `finalize` throws. To those who unsubscribe themselves it is thrown, as by any subscription.
    attempt(() => this.unsubscribe(), this.report);
  }
}

/** Also of an async function, which fails later. */
export function attempt(call: () => unknown, report: Report): void {
  try {
    hearRejection(call(), report);
  } catch (error) {
    report(error);
  }
}
