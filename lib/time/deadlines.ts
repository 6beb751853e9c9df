import type { SchedulerLike, Subscription } from 'rxjs';
import { type Deadline, DeadlineList, unlink } from './deadline-list.js';

/** ms between two looks: an entry is late by this at most, by twice this where it did not say when, plus what the event loop adds. */
const PERIOD = 20;
const BUCKET = 32;
/** ms without a look that only a process which stood still lets pass. */
const STALL = 4 * PERIOD;
/** Buckets; half a minute, the usual timeout, has fewer. */
const MANY = 1024;

/**
 * Watches deadlines with one coarse timer instead of one timer each. New entries wait in a list of their own; most are settled and
 * gone by the first look. The rest move into buckets by due time. The timer stops while there is nothing to watch, so an idle
 * broker keeps no process alive.
 */
export class Deadlines {
  private readonly fresh = new DeadlineList();
  private readonly buckets = new Map<number, DeadlineList>();
  private many = MANY;
  private lastBucket = 0;
  private lastSweep = 0;
  private stalled = false;
  private timer: Subscription | null = null;

  constructor(private readonly scheduler: SchedulerLike) {}

  /** Entries that are not settled. For leak tests. */
  get size(): number {
    return this.all().length;
  }

  add(entry: Deadline): void {
    this.fresh.add(entry);
    if (this.timer === null) this.arm();
  }

  /** Gives up all entries and stops the timer: what is pending is settled now, for no timer will do it later. */
  close(): void {
    this.timer?.unsubscribe();
    this.timer = null;
    const entries = this.all();
    for (const entry of entries) unlink(entry);
    this.buckets.clear();
    for (const entry of entries) entry.abandon();
  }

  private all(): Deadline[] {
    return [this.fresh, ...this.buckets.values()].flatMap((list) => list.entries());
  }

  private arm(): void {
    this.lastSweep = this.scheduler.now();
    this.lastBucket = Math.floor(this.lastSweep / BUCKET) - 1;
    this.watch();
  }

  private watch(): void {
    const sweep = () => {
      try {
        return this.sweep() || this.disarm();
      } catch (error) {
        // RxJS drops the timer of a function that throws, and every other call would wait for ever.
        this.watch();
        throw error;
      }
    };
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
    this.sort(this.fresh.entries(), now);
    this.expireDue(now);
    return !this.fresh.empty || this.anyBucket();
  }

  /** The clock was set back, as an injected one may be: what waits keeps the time that it had left. */
  private turnBack(by: number, now: number): void {
    for (const entry of this.all()) {
      // What would be due at once was added since.
      if (entry.deadline - by > now) entry.bringForward(by);
      unlink(entry);
      this.fresh.add(entry);
    }
  }

  private sort(entries: Deadline[], now: number): void {
    for (const entry of entries) {
      // One that expired may have settled others.
      if (entry.next === null) continue;
      unlink(entry);
      const due = entry.deadline === 0 ? entry.decide() : entry.deadline;
      if (due <= now) entry.expire();
      else this.bucketOf(due).add(entry);
    }
  }

  private bucketOf(due: number): DeadlineList {
    const key = Math.floor(due / BUCKET);
    let bucket = this.buckets.get(key);
    if (bucket === undefined) this.buckets.set(key, (bucket = new DeadlineList()));
    return bucket;
  }

  /** Forgets those whose entries have all been settled: up to the first that is of use, or all where they have become many. */
  private anyBucket(): boolean {
    const few = this.buckets.size <= this.many;
    for (const [key, bucket] of this.buckets) {
      if (bucket.empty) this.buckets.delete(key);
      else if (few) return true;
    }
    this.many = Math.max(MANY, 2 * this.buckets.size);
    return this.buckets.size > 0;
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
    this.sort(bucket.entries(), now);
    if (bucket.empty) this.buckets.delete(key);
  }
}
