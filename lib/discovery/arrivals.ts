import type { SchedulerLike } from 'rxjs';
import { within } from '../time/delay.js';

/** ms; a Moleculer node answers no DISCOVER during its own first 500 ms, and that is how long it waits itself. */
const LONGEST = 500;

/** Waits at the start for the nodes that were asked who they are: for all that are due if that is known, 500 ms at most. */
export class Arrivals {
  private heard = new Set<string>();
  private due = Infinity;
  private complete: (() => void) | null = null;

  constructor(private readonly scheduler: SchedulerLike) {}

  /** A node answered. */
  note(nodeID: string): void {
    if (this.complete === null) return;
    this.heard.add(nodeID);
    this.check();
  }

  begin(): void {
    this.heard = new Set();
    this.due = Infinity;
    this.complete = () => undefined;
  }

  /** @param due how many answers to wait for; null if nobody knows */
  async wait(due: number | null): Promise<void> {
    this.due = due ?? Infinity;
    let complete!: () => void;
    const done = new Promise<void>((resolve) => (complete = resolve));
    this.complete = complete;
    this.check();
    await within(this.scheduler, LONGEST, done);
    // Another join may have begun in the meantime.
    if (this.complete === complete) this.complete = null;
  }

  private check(): void {
    if (this.heard.size >= this.due) this.complete?.();
  }
}
