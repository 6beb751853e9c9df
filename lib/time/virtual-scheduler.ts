import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { endlessActions } from '../messages/cluster.messages.js';

/** Actions that run one after the other at one and the same time; more is a loop. */
const MOST_AT_ONCE = 100_000;

/**
 * A scheduler whose time moves only when told. Unlike RxJS's `VirtualTimeScheduler` it lets promises, microtasks and
 * `setImmediate` callbacks run between two steps, so code that awaits in between behaves as in real time.
 */
export class VirtualScheduler implements SchedulerLike {
  private time: number;
  private order = 0;
  private queue: VirtualAction<unknown>[] = [];

  /**
   * @param start first value of `now()`, ms. Default 0.
   * @param settle resolves when nothing goes on any more that needs no time. Default: after a few turns of the event loop.
   */
  constructor(
    start = 0,
    private readonly settle: () => Promise<void> = fewTurns,
  ) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  /** Actions that wait for their time. For leak tests. */
  get pending(): number {
    return this.queue.length;
  }

  /** When the next action is due, scheduler time in ms; null if none waits. */
  get nextDue(): number | null {
    let next: number | null = null;
    for (const { due } of this.queue) if (next === null || due < next) next = due;
    return next;
  }

  /** As RxJS's schedulers: `work` runs when time has moved on by `delay` ms. */
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    return new VirtualAction<T>(this, work).schedule(state, delay);
  }

  /**
   * Moves time on by `ms`, running what falls due in order, with all promises settled between two steps.
   *
   * @throws Error what runs sets itself off anew, again and again, without any time passing
   */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.settle();
    let atOnce = 0;
    for (let next = this.next(end); next !== null; next = this.next(end)) {
      atOnce = next.due > this.time ? 0 : atOnce + 1;
      if (atOnce > MOST_AT_ONCE) throw new Error(endlessActions(MOST_AT_ONCE));
      this.time = Math.max(this.time, next.due);
      next.run();
      await this.settle();
    }
    this.time = end;
  }

  /** @internal */
  add(action: VirtualAction<unknown>, delay: number): void {
    action.due = this.time + Math.max(0, delay);
    action.order = this.order++;
    this.queue.push(action);
  }

  /** @internal */
  remove(action: VirtualAction<unknown>): void {
    const at = this.queue.indexOf(action);
    if (at >= 0) this.queue.splice(at, 1);
  }

  private next(end: number): VirtualAction<unknown> | null {
    let best: VirtualAction<unknown> | null = null;
    for (const action of this.queue) {
      if (action.due > end) continue;
      if (best === null || action.due < best.due || (action.due === best.due && action.order < best.order))
        best = action;
    }
    if (best !== null) this.remove(best);
    return best;
  }
}

class VirtualAction<T> extends Subscription implements SchedulerAction<T> {
  due = 0;
  order = 0;
  private state: T | undefined;

  constructor(
    private readonly scheduler: VirtualScheduler,
    private readonly work: (this: SchedulerAction<T>, state?: T) => void,
  ) {
    super(() => scheduler.remove(this as VirtualAction<unknown>));
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.state = state;
    this.scheduler.remove(this as VirtualAction<unknown>);
    this.scheduler.add(this as VirtualAction<unknown>, delay);
    return this;
  }

  run(): void {
    if (!this.closed) this.work.call(this, this.state);
  }
}

/** Several turns of the event loop: whatever is chained on promises and immediates comes to rest. */
async function fewTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
