import { Observable, Subscriber, type Observer, type Operator, type Subscription } from 'rxjs';

type Wish<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * An observable whose subscribers may throw: the error is handed to `report`. RxJS would throw it again from a timer, where nobody
 * can catch it and the process ends. What is made of it with `pipe` is guarded as well.
 */
export class GuardedObservable<T> extends Observable<T> {
  constructor(
    private readonly report: (error: unknown) => void,
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
    const wishes = typeof wish === 'function' || !wish ? { next: wish ?? undefined, error, complete } : wish;
    return super.subscribe({
      next: (value) => this.attempt(() => wishes.next?.(value)),
      error: (failure: unknown) =>
        this.attempt(() => (wishes.error ? wishes.error(failure) : this.report(failure))),
      complete: () => this.attempt(() => wishes.complete?.()),
    });
  }

  private attempt(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.report(error);
    }
  }
}
