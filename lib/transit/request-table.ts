/** Something that is found by an ID. */
export interface TableEntry {
  readonly id: string;
  /** The next one in its slot; belongs to the table. */
  chained: TableEntry | null;
  /** Which of all that were added it is; belongs to the table. */
  turn: number;
}

const SLOTS = 64;

/**
 * Entries by ID, for many that come and go. A `Map` whose entries change all the time is built anew every few hundred, and each
 * old table points at the next: once one of them has grown old, V8 keeps all that come after it, with all they held, until the next
 * full garbage collection. Here what is taken out leaves nothing behind but its slot: there stay as many as were ever needed.
 */
export class RequestTable<E extends TableEntry> {
  private slots = emptySlots<E>(SLOTS);
  private count = 0;
  private turns = 0;

  get size(): number {
    return this.count;
  }

  get(id: string): E | undefined {
    let entry = this.slots[this.slotOf(id)];
    while (entry !== null && entry.id !== id) entry = entry.chained as E | null;
    return entry ?? undefined;
  }

  /** @returns false if there is one of this ID: it stays, and this one is not taken. */
  add(entry: E): boolean {
    const slot = this.slotOf(entry.id);
    const first = this.slots[slot];
    for (let other = first; other !== null; other = other.chained as E | null) {
      if (other.id === entry.id) return false;
    }
    entry.chained = first;
    // Kept to 32 bits, so that it never costs an object of its own.
    entry.turn = this.turns = (this.turns + 1) | 0;
    this.slots[slot] = entry;
    if (++this.count > this.slots.length) this.grow();
    return true;
  }

  /** Of another entry with this ID it takes nothing out. */
  remove(entry: E): void {
    const slot = this.slotOf(entry.id);
    let before: E | null = null;
    for (let other = this.slots[slot]; other !== null; other = other.chained as E | null) {
      if (other === entry) {
        if (before === null) this.slots[slot] = entry.chained as E | null;
        else before.chained = entry.chained;
        entry.chained = null;
        this.count--;
        return;
      }
      before = other;
    }
  }

  /** Those of this moment, the first comes first: taking some out meanwhile changes nothing of it. */
  entries(): E[] {
    return this.unordered().sort((a, b) => (a.turn - b.turn) | 0);
  }

  private unordered(): E[] {
    const entries: E[] = [];
    for (let entry of this.slots) {
      for (; entry !== null; entry = entry.chained as E | null) entries.push(entry);
    }
    return entries;
  }

  /** What is in the table was made by this node: nobody else can choose IDs that share a slot. */
  private slotOf(id: string): number {
    let hash = 0;
    for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
    return hash & (this.slots.length - 1);
  }

  private grow(): void {
    const entries = this.unordered();
    this.slots = emptySlots(2 * this.slots.length);
    for (const entry of entries) {
      const slot = this.slotOf(entry.id);
      entry.chained = this.slots[slot];
      this.slots[slot] = entry;
    }
  }
}

/** @param length a power of two */
const emptySlots = <E>(length: number): (E | null)[] => new Array<E | null>(length).fill(null);
