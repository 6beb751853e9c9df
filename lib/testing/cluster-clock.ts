import * as messages from '../messages/cluster.messages.js';
import { delay, within } from '../time/delay.js';
import { SystemScheduler } from '../time/system-scheduler.js';
import { VirtualScheduler } from '../time/virtual-scheduler.js';

/** Scheduler time (ms) at which clusters begin: a date that looks like one. 2026-01-01 */
const BEGINNING = 1_767_225_600_000;
/** ms of the cluster's time; nothing takes longer but by mistake. */
const PATIENCE = 600_000;
/** ms of the cluster's time after which it is likely that something real is waited for: a hook that closes a database, say. */
const LIKELY_REAL = 60_000;
/** ms of real time that are then given to it, in pauses. */
const REAL_PATIENCE = 2000;
const PAUSE = 5;
/** ms of real time in which hooks before the join are done, unless they wait for the cluster's. */
const LAUNCH = 1000;

/** The time of a cluster. It is moved by one at a time. */
export class ClusterClock {
  readonly scheduler: VirtualScheduler;
  private readonly real = new SystemScheduler();
  private moving: Promise<unknown> = Promise.resolve();

  /** @param rest resolves when nothing goes on any more that needs no time */
  constructor(
    rest: () => Promise<void>,
    private readonly seed: number,
  ) {
    this.scheduler = new VirtualScheduler(BEGINNING, rest);
  }

  /** ms */
  get elapsed(): number {
    return this.scheduler.now() - BEGINNING;
  }

  advance(ms: number): Promise<void> {
    return this.alone(() => this.scheduler.advance(ms));
  }

  /**
   * Moves time on until the promise is settled. The cluster's time runs ahead of the real one, so what takes long gets some of that, too.
   *
   * @param what named by the error where it never is
   * @param step ms at most between two looks; in small steps less of the cluster's time passes while something real is waited for
   * @param pausedStep the same while there are pauses
   */
  run<T>(promise: Promise<T>, what: string, step = 1000, pausedStep = step): Promise<T> {
    return this.alone(async () => {
      let settled = false;
      const note = () => void (settled = true);
      promise.then(note, note);
      const start = this.scheduler.now();
      const end = start + PATIENCE;
      let paused = 0;
      for (let wait = 0; ;) {
        await this.scheduler.advance(wait);
        if (settled) return promise;
        const pausing = this.scheduler.now() - start >= LIKELY_REAL && paused < REAL_PATIENCE;
        if (pausing) {
          paused += PAUSE;
          await delay(this.real, PAUSE);
        }
        wait = this.untilNext(pausing ? pausedStep : step);
        if (this.scheduler.now() >= end) throw new Error(messages.notReached(what, PATIENCE, this.seed));
      }
    });
  }

  /**
   * Waits in real time for what takes none of the cluster's. Should it wait for that all the same, for a time limit of the broker's say,
   * it passes as fast as the real one from then on.
   *
   * @param waits whether it has timers of the cluster's
   */
  async launch<T>(promise: Promise<T>, waits: () => boolean): Promise<T> {
    let settled = false;
    const note = () => void (settled = true);
    const ended = promise.then(note, note);
    for (let patience = LAUNCH; ; patience = PAUSE) {
      await within(this.real, patience, ended);
      if (settled) return promise;
      if (waits()) await this.advance(this.untilNext(PAUSE));
    }
  }

  private untilNext(step: number): number {
    const { nextDue } = this.scheduler;
    return nextDue === null ? step : Math.max(0, Math.min(step, nextDue - this.scheduler.now()));
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.moving.then(work, work);
    this.moving = done.catch(() => undefined);
    return done;
  }
}
