/** A place in a list; both null: in none. Whoever is in a list carries the links itself, so that it leaves at the cost of a few fields. */
export interface Link {
  previous: Link | null;
  next: Link | null;
}

/**
 * Something that must be settled by a certain time; whatever settles it takes it out of its list with `unlink`. What a list keeps
 * until its next look lives through garbage collections, which costs a call far more than all its own work.
 */
export interface Deadline extends Link {
  /** Scheduler time in ms; 0 = not decided yet. */
  readonly deadline: number;
  /** Decides on the deadline, at the first look at the earliest: most entries are settled by then and read no clock. */
  decide(): number;
  /** The clock was set back by so many ms while this waited. */
  bringForward(by: number): void;
  /** Called once, at or up to one period after the deadline, never before it. */
  expire(): void;
  /** Called instead where nobody will watch the deadline any more. */
  abandon(): void;
}

/** Entries in the order in which they came. */
export class DeadlineList {
  /** Stands before the first and after the last, so that none is a special case. */
  private readonly ends: { previous: Link; next: Link };

  constructor() {
    const ends = { previous: null, next: null } as unknown as { previous: Link; next: Link };
    this.ends = ends;
    ends.previous = ends.next = ends;
  }

  get empty(): boolean {
    return this.ends.next === this.ends;
  }

  add(entry: Deadline): void {
    const { ends } = this;
    const last = ends.previous;
    entry.previous = last;
    entry.next = ends;
    last.next = entry;
    ends.previous = entry;
  }

  /** The first comes first. */
  entries(): Deadline[] {
    const entries: Deadline[] = [];
    for (let link = this.ends.next; link !== this.ends; link = link.next as Link) {
      entries.push(link as Deadline);
    }
    return entries;
  }
}

/** Takes it out of whatever list it is in. */
export function unlink(entry: Link): void {
  const { previous, next } = entry;
  if (previous === null || next === null) return;
  previous.next = next;
  next.previous = previous;
  entry.previous = entry.next = null;
}
