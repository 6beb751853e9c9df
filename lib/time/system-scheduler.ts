import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';

/** ms, about 25 days: what a timer of Node can count. A longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * The default of `MOLECULER_SCHEDULER`: RxJS's async scheduler on a clock that never jumps. `now()` is epoch time (ms, fractions
 * possible) as it was at process start plus what a monotonic clock counted since, so setting the system clock expires nothing.
 */
export class SystemScheduler implements SchedulerLike {
  private readonly origin = performance.timeOrigin;

  now(): number {
    return this.origin + performance.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return asyncScheduler.schedule(work, Math.min(delay ?? 0, LONGEST), state as T);
  }
}
