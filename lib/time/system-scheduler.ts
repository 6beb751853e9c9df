import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';

/**
 * The default of `MOLECULER_SCHEDULER`: RxJS's async scheduler on a clock that never jumps. `now()` is epoch time (ms, fractions
 * possible) as it was at process start plus what a monotonic clock counted since, so setting the system clock expires nothing.
 */
export class SystemScheduler implements SchedulerLike {
  now(): number {
    return performance.timeOrigin + performance.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return asyncScheduler.schedule(work, delay, state as T);
  }
}
