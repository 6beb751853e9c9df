import type { SchedulerLike, Subscription } from 'rxjs';
import type { RandomSource } from '../time/sources.js';

export interface HeartbeatOptions {
  /** s; 0 = no heartbeats and no checks */
  heartbeatInterval: number;
  /** s */
  heartbeatTimeout: number;
}

/** Calls `beat` every interval, give or take up to half a second that is settled once, so that nodes started together spread out. */
export class HeartbeatScheduler {
  private timer: Subscription | null = null;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly random: RandomSource,
    private readonly options: HeartbeatOptions,
  ) {}

  start(beat: () => void): void {
    this.stop();
    const { heartbeatInterval } = this.options;
    if (heartbeatInterval <= 0) return;
    const period = this.period(heartbeatInterval * 1000);
    this.timer = this.scheduler.schedule(function () {
      beat();
      this.schedule(undefined, period);
    }, period);
  }

  stop(): void {
    this.timer?.unsubscribe();
    this.timer = null;
  }

  /** Short intervals take a smaller part of themselves as jitter. */
  private period(interval: number): number {
    return interval + (this.random() * 2 - 1) * Math.min(500, interval / 10);
  }
}
