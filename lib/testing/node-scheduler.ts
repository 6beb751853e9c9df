import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

/** The cluster's clock as one process sees it: when that crashes, all its timers are gone, and no new one runs. */
export class NodeScheduler implements SchedulerLike {
  private readonly waiting = new Set<Subscription>();
  private frozen = false;

  constructor(private readonly clock: SchedulerLike) {}

  /** Timers that wait. For leak tests. */
  get pending(): number {
    return this.waiting.size;
  }

  now(): number {
    return this.clock.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return new NodeAction<T>(this, work).schedule(state, delay);
  }

  freeze(): void {
    this.frozen = true;
    for (const action of [...this.waiting]) action.unsubscribe();
  }

  /** So that what is left of the process can be cleared away. */
  thaw(): void {
    this.frozen = false;
  }

  /** @internal */
  set(action: Subscription, run: () => void, delay: number | undefined): Subscription {
    if (this.frozen) return Subscription.EMPTY;
    this.waiting.add(action);
    return this.clock.schedule(() => {
      this.waiting.delete(action);
      run();
    }, delay);
  }

  /** @internal */
  drop(action: Subscription): void {
    this.waiting.delete(action);
  }
}

class NodeAction<T> extends Subscription implements SchedulerAction<T> {
  private timer: Subscription = Subscription.EMPTY;

  constructor(
    private readonly scheduler: NodeScheduler,
    private readonly work: (this: SchedulerAction<T>, state?: T) => void,
  ) {
    super(() => {
      this.timer.unsubscribe();
      scheduler.drop(this);
    });
  }

  schedule(state?: T, delay?: number): Subscription {
    if (this.closed) return this;
    this.timer.unsubscribe();
    this.timer = this.scheduler.set(this, () => this.work.call(this, state), delay);
    return this;
  }
}
