/**
 * Something that must be settled by a certain time. It is linked into the list that watches it, so that it leaves at once when it is
 * settled, at the cost of a few fields: what a list keeps until its next look lives through garbage collections, which costs a call
 * far more than all its own work.
 */
export abstract class Deadline {
  /** @internal The list it is in; null: nobody watches it, or not any more. */ list: DeadlineList | null =
    null;
  /** @internal */ previous: Deadline | null = null;
  /** @internal */ next: Deadline | null = null;

  /** Scheduler time in ms; 0 = not decided yet. */
  abstract readonly deadline: number;
  /** Decides on the deadline, at the first look at the earliest: most entries are settled by then and read no clock. */
  abstract decide(): number;
  /** The clock was set back by so many ms while this waited. */
  abstract bringForward(by: number): void;
  /** Called once, at or up to one period after the deadline, never before it. */
  abstract expire(): void;
  /** Called instead where nobody will watch the deadline any more. */
  abstract abandon(): void;
}

/** Entries in the order in which they came. */
export class DeadlineList {
  private last: Deadline | null = null;

  get empty(): boolean {
    return this.last === null;
  }

  add(entry: Deadline): void {
    const { last } = this;
    entry.list = this;
    entry.previous = last;
    if (last !== null) last.next = entry;
    this.last = entry;
  }

  /** @param entry of this list */
  remove(entry: Deadline): void {
    const { previous, next } = entry;
    if (previous !== null) previous.next = next;
    if (next !== null) next.previous = previous;
    else this.last = previous;
    entry.list = entry.previous = entry.next = null;
  }

  /** The first comes first. */
  entries(): Deadline[] {
    const entries: Deadline[] = [];
    for (let entry = this.last; entry !== null; entry = entry.previous) entries.push(entry);
    return entries.reverse();
  }
}
