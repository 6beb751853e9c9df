import { type Deadline, type Link, unlink } from '../../../lib/time/deadline-list.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';

/** Notes what becomes of it. */
export class Entry implements Deadline {
  previous: Link | null = null;
  next: Link | null = null;
  settled = false;
  expiredAt: number | null = null;
  abandoned = false;
  /** How often it was asked. */
  decisions = 0;

  /** @param timeout counts from the moment the deadline is decided, where it was not given */
  constructor(
    public deadline: number,
    private readonly scheduler: VirtualScheduler,
    private readonly timeout = deadline,
  ) {}

  decide(): number {
    this.decisions++;
    return (this.deadline = this.scheduler.now() + this.timeout);
  }

  bringForward(by: number): void {
    this.deadline -= by;
  }

  settle(): void {
    this.settled = true;
    unlink(this);
  }

  abandon(): void {
    this.abandoned = this.settled = true;
  }

  expire(): void {
    if (this.expiredAt !== null) throw new Error('expired twice');
    this.settled = true;
    this.expiredAt = this.scheduler.now();
  }
}

/** Its time leaps on, as for a process that stood still, or back. */
export class Jumping extends VirtualScheduler {
  leap = 0;

  override now(): number {
    return super.now() + this.leap;
  }
}
