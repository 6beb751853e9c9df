import type { SchedulerLike, Subscription } from 'rxjs';
import type { Dialect } from '../protocol/dialect.js';

/** ms */
const WINDOW = 200;
/** Nodes that are told one by one in a window; a Moleculer node waits 500 ms for answers, so the window may pass. */
const SINGLY = 20;
/** A bilingual node asks once in each version. */
const PER_NODE = 2;

/** Ways to tell who we are. */
export interface Introducer {
  one(nodeID: string, dialect: Dialect): void;
  all(): void;
}

/**
 * Bounds what questions who we are can cause, for the answer is a thousand times longer than the question. A few nodes are told at once,
 * one by one; those who ask more often, one more time when the window is over; and if many ask, as all do after a restart of the
 * server, or a flood of invented ones, all are told together by one broadcast.
 */
export class Introductions {
  private since = -Infinity;
  private told = new Map<string, number>();
  private owed = new Map<string, Dialect>();
  private owedToAll = false;
  private timer: Subscription | null = null;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly introducer: Introducer,
  ) {}

  tell(nodeID: string, dialect: Dialect): void {
    const now = this.scheduler.now();
    // An injected clock may be put back.
    if (now - this.since >= WINDOW || now < this.since) {
      this.since = now;
      this.told.clear();
    }
    const times = this.told.get(nodeID) ?? 0;
    if (times < PER_NODE && (times > 0 || this.told.size < SINGLY)) {
      this.told.set(nodeID, times + 1);
      this.introducer.one(nodeID, dialect);
      return;
    }
    if (times > 0) this.owed.set(nodeID, dialect);
    else this.owedToAll = true;
    this.timer ??= this.scheduler.schedule(() => this.settle(), this.since + WINDOW - now);
  }

  /** What is owed is forgotten: whoever is told next is told all. */
  cancel(): void {
    this.timer?.unsubscribe();
    this.timer = null;
    this.owed.clear();
    this.owedToAll = false;
  }

  private settle(): void {
    const { owed, owedToAll } = this;
    this.owed = new Map();
    this.owedToAll = false;
    this.timer = null;
    if (owedToAll) this.introducer.all();
    else for (const [nodeID, dialect] of owed) this.tell(nodeID, dialect);
  }
}
