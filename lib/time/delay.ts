import type { SchedulerLike } from 'rxjs';

/** Resolves after `ms` of the scheduler's time. */
export function delay(scheduler: SchedulerLike, ms: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.schedule(() => resolve(), ms);
  });
}

/** `promise`, or `undefined` once `ms` have passed; the timer goes as soon as either is known. Rejections pass through. */
export function within<T>(scheduler: SchedulerLike, ms: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = scheduler.schedule(() => resolve(undefined), ms);
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
