import type { SchedulerLike, Subscription } from 'rxjs';

/** Something that must be settled by a certain time. */
export interface Deadline {
  /** Scheduler time in ms; 0 = not decided yet. */
  deadline: number;
  /** Asked for at the first look, where the deadline is not decided: most entries are settled by then and read no clock. */
  decide(): number;
  /** Set by the owner as soon as the matter is done; the entry is then dropped at the next look. */
  settled: boolean;
  /** Called once, at or up to one period after the deadline, never before it. */
  expire(): void;
  /** Called instead where nobody will watch the deadline any more. */
  abandon(): void;
}

/** ms between two looks: an entry is late by this at most, by twice this where it did not say when, plus what the event loop adds. */
const PERIOD = 20;
const BUCKET = 32;
/** ms without a look that only a process which stood still lets pass. */
const STALL = 4 * PERIOD;
/** New entries are looked through when there are this many: what is settled must not be kept alive until the next look. */
const YOUNG = 256;
const FEW = 1024;

/**
 * Watches deadlines with one coarse timer instead of one timer each. New entries wait in a plain list and are looked at once;
 * most are settled by then and cost nothing more. The rest move into buckets by due time. The timer stops while there is nothing
 * to watch, so an idle broker keeps no process alive.
 */
export class Deadlines {
  private young: Deadline[] = [];
  private spare: Deadline[] = [];
  private readonly buckets = new Map<number, Deadline[]>();
  private waiting = 0;
  private lastBucket = 0;
  private lastSweep = 0;
  private stalled = false;
  private timer: Subscription | null = null;
  private youngLimit = YOUNG;
  private nextCompaction = FEW;

  constructor(private readonly scheduler: SchedulerLike) {}

  /** Entries not yet known to be settled. For leak tests. */
  get size(): number {
    return this.young.length + this.waiting;
  }

  add(entry: Deadline): void {
    if (this.young.push(entry) >= this.youngLimit) this.thinOut();
    if (this.timer === null) this.arm();
  }

  /** Gives up all entries and stops the timer: what is pending is settled now, for no timer will do it later. */
  close(): void {
    this.timer?.unsubscribe();
    this.timer = null;
    const entries = [this.young, ...this.buckets.values()].flat();
    this.young = [];
    this.buckets.clear();
    this.waiting = 0;
    for (const entry of entries) if (!entry.settled) entry.abandon();
  }

  /** Each entry is passed over a bounded number of times: the limit doubles with what is really under way. */
  private thinOut(): void {
    const { young } = this;
    let kept = 0;
    for (const entry of young) if (!entry.settled) young[kept++] = entry;
    young.length = kept;
    this.youngLimit = Math.max(YOUNG, kept * 2);
  }

  private arm(): void {
    this.lastSweep = this.scheduler.now();
    this.lastBucket = Math.floor(this.lastSweep / BUCKET) - 1;
    const sweep = () => this.sweep() || this.disarm();
    this.timer = this.scheduler.schedule(function () {
      if (sweep()) this.schedule(undefined, PERIOD);
    }, PERIOD);
  }

  private disarm(): false {
    this.timer = null;
    return false;
  }

  /** Returns whether anything is left to watch. */
  private sweep(): boolean {
    const now = this.scheduler.now();
    const passed = now - this.lastSweep;
    // The process was stopped or its event loop blocked: answers that came in time are still to be read, so the next look will do.
    this.stalled = passed > STALL && !this.stalled;
    if (this.stalled) return true;
    this.lastSweep = now;
    if (passed < -BUCKET) this.turnBack(-passed, now);
    this.sortYoung(now);
    this.expireDue(now);
    if (this.waiting > 0) this.compactIfWorthIt();
    return this.waiting > 0 || this.young.length > 0;
  }

  /** The clock was set back, as an injected one may be: what waits keeps the time that it had left. */
  private turnBack(by: number, now: number): void {
    for (const bucket of this.buckets.values()) for (const entry of bucket) this.young.push(entry);
    this.buckets.clear();
    this.waiting = 0;
    // What would be due at once was added since.
    for (const entry of this.young) if (entry.deadline - by > now) entry.deadline -= by;
  }

  private sortYoung(now: number): void {
    const entries = this.young;
    this.young = this.spare;
    for (const entry of entries) {
      if (entry.settled) continue;
      if (entry.deadline === 0) entry.deadline = entry.decide();
      if (entry.deadline <= now) {
        entry.expire();
        continue;
      }
      const key = Math.floor(entry.deadline / BUCKET);
      const bucket = this.buckets.get(key);
      if (bucket === undefined) this.buckets.set(key, [entry]);
      else bucket.push(entry);
      this.waiting++;
    }
    entries.length = 0;
    this.spare = entries;
  }

  private expireDue(now: number): void {
    const current = Math.floor(now / BUCKET);
    // After a long pause (a stopped process) walking the keys is cheaper than counting up to now.
    if (current - this.lastBucket > this.buckets.size) {
      for (const key of [...this.buckets.keys()].sort((a, b) => a - b)) {
        if (key <= current) this.expireBucket(key, now);
      }
    } else {
      for (let key = this.lastBucket; key <= current; key++) this.expireBucket(key, now);
    }
    this.lastBucket = current;
  }

  private expireBucket(key: number, now: number): void {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return;
    let kept = 0;
    for (const entry of bucket) {
      if (entry.settled) this.waiting--;
      else if (entry.deadline > now) bucket[kept++] = entry;
      else {
        this.waiting--;
        entry.expire();
      }
    }
    if (kept === 0) this.buckets.delete(key);
    else bucket.length = kept;
  }

  /**
   * Drops settled entries that would else stay until their deadline. A few are looked at each time, so that the timer stops when
   * the last is settled; of many each is visited a bounded number of times.
   */
  private compactIfWorthIt(): void {
    if (this.waiting > FEW && this.waiting < this.nextCompaction) return;
    let left = 0;
    for (const [key, bucket] of this.buckets) {
      const pending = bucket.filter((entry) => !entry.settled);
      if (pending.length === 0) this.buckets.delete(key);
      else this.buckets.set(key, pending);
      left += pending.length;
    }
    this.waiting = left;
    this.nextCompaction = Math.max(FEW, left * 2);
  }
}
