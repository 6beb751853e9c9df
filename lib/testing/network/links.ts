import type { SchedulerLike, Subscription } from 'rxjs';
import { restless } from '../../messages/cluster.messages.js';
import type { Parcel, Port } from './parcel.js';

/** Turns of the event loop without a parcel after which the network is at rest: what promises do in between is done by then. */
const QUIET = 3;
const MOST_TURNS = 100_000;

interface Link {
  /** Scheduler time, ms; nothing that keeps the order arrives before. */
  lastDue: number;
  /** In the order of sending. */
  readonly waiting: Parcel[];
}

/**
 * The way of parcels. Without a delay they arrive in the next turn of the event loop and no time passes; with one, on the cluster's
 * clock. From one place to another they keep the order of sending, unless told otherwise.
 */
export class Links {
  private readonly links = new Map<Port, Map<Port, Link>>();
  private readonly timers = new Set<Subscription>();
  private ready: Parcel[] = [];

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly arrive: (parcel: Parcel) => void,
  ) {}

  /** Parcels under way. For leak tests. */
  get underWay(): number {
    return this.ready.length + this.timers.size;
  }

  /** @param delay ms @param ordered whether it may not overtake what was sent before */
  send(parcel: Parcel, delay: number, ordered: boolean): void {
    if (!ordered) {
      if (delay > 0) this.later(delay, () => this.arrive(parcel));
      else this.soon(parcel);
      return;
    }
    const link = this.link(parcel);
    const now = this.scheduler.now();
    const due = Math.max(now + delay, link.lastDue);
    if (due <= now && link.waiting.length === 0) {
      this.soon(parcel);
      return;
    }
    link.lastDue = due;
    link.waiting.push(parcel);
    // Whichever timer goes off, the oldest is the one to arrive.
    this.later(due - now, () => this.arrive(link.waiting.shift() as Parcel));
  }

  /** Resolves when nothing is about to arrive without time passing. */
  async rest(): Promise<void> {
    for (let turns = 0, quiet = 0; quiet < QUIET; turns++) {
      if (turns > MOST_TURNS) throw new Error(restless(MOST_TURNS));
      quiet = this.ready.length === 0 ? quiet + 1 : 0;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** What is under way is gone. */
  clear(): void {
    for (const timer of this.timers) timer.unsubscribe();
    this.timers.clear();
    this.links.clear();
    this.ready = [];
  }

  private soon(parcel: Parcel): void {
    if (this.ready.push(parcel) === 1) setImmediate(this.deliver);
  }

  private later(delay: number, work: () => void): void {
    const timer = this.scheduler.schedule(() => {
      this.timers.delete(timer);
      work();
    }, delay);
    this.timers.add(timer);
  }

  private link({ from, to }: Parcel): Link {
    let links = this.links.get(from);
    if (links === undefined) this.links.set(from, (links = new Map<Port, Link>()));
    let link = links.get(to);
    if (link === undefined) links.set(to, (link = { lastDue: 0, waiting: [] }));
    return link;
  }

  private readonly deliver = (): void => {
    const parcels = this.ready;
    this.ready = [];
    for (const parcel of parcels) this.arrive(parcel);
  };
}
