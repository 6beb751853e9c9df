import { Observable, type Subscriber } from 'rxjs';
import { attempt, GuardedObservable } from './guarded-observable.js';

/** A `Subject` for what others subscribe to: one that throws, whatever it is made of, keeps no other from hearing it. */
export class Broadcast<T> {
  readonly stream: Observable<T>;
  private readonly subscribers = new Set<Subscriber<T>>();
  private completed = false;

  constructor(private readonly report: (error: unknown) => void) {
    const source = new Observable<T>((subscriber) => {
      if (this.completed) {
        subscriber.complete();
        return undefined;
      }
      this.subscribers.add(subscriber);
      return () => this.subscribers.delete(subscriber);
    });
    this.stream = new GuardedObservable(report, source);
  }

  get size(): number {
    return this.subscribers.size;
  }

  next(value: T): void {
    for (const subscriber of [...this.subscribers]) attempt(() => subscriber.next(value), this.report);
  }

  complete(): void {
    this.completed = true;
    for (const subscriber of [...this.subscribers]) attempt(() => subscriber.complete(), this.report);
  }
}
