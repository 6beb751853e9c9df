import type { SchedulerLike } from 'rxjs';

/** Resolves after `ms` of the scheduler's time. */
export function delay(scheduler: SchedulerLike, ms: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.schedule(() => resolve(), ms);
  });
}

/**
 * A process that stood still, or was not let run, shall hear what came meanwhile before it gives up. So the time is counted in parts:
 * it misses one of them and not all.
 */
const PARTS = 4;

/** `promise`, or `undefined` once `ms` have passed; the timer goes as soon as either is known. Rejections pass through. */
export function within<T>(scheduler: SchedulerLike, ms: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let left = ms > 0 ? PARTS : 1;
    const part = ms / left;
    const timer = scheduler.schedule(function () {
      if (--left > 0) this.schedule(undefined, part);
      else resolve(undefined);
    }, part);
    promise.then(
      (value) => {
        timer.unsubscribe();
        resolve(value);
      },
      (error: unknown) => {
        timer.unsubscribe();
        reject(error as Error);
      },
    );
  });
}
