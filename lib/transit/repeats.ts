/** ms that an ID is remembered at least: a node that begins to count anew must not be unheard for ever. */
const SPAN = 30_000;

/**
 * Tells packets that came before from new ones, by sender and ID. The memory is bounded over all senders: it has two halves, and when
 * one is full or has had its time the other is forgotten as a whole, so that no ID is ever removed by itself.
 */
export class Repeats {
  private readonly half: number;
  /** The sender by ID; where two senders use one ID, that of the second by both. */
  private young = new Map<string, string>();
  private old = new Map<string, string>();
  /** The last time that was so, in halves ago: hardly ever is it looked at twice. */
  private shared = Infinity;
  /** ms; when the young half was begun. */
  private since: number;

  /**
   * @param limit IDs at most; at least half as many are known, of the last `SPAN`
   * @param now scheduler time, ms
   * @param repeated hears of each packet that is none of the first
   */
  constructor(
    limit: number,
    private readonly now: () => number,
    private readonly repeated: (sender: string, id: string) => void = () => undefined,
  ) {
    this.half = Math.ceil(limit / 2);
    this.since = now();
  }

  /** IDs remembered. For tests of growth. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** Whether this is the first packet with this ID of this sender, as far as is remembered. An empty ID tells no packet from another. */
  first(sender: string, id: string): boolean {
    const first = id === '' || this.note(sender, id);
    if (!first) this.repeated(sender, id);
    return first;
  }

  private note(sender: string, id: string): boolean {
    const age = this.now() - this.since;
    if (age >= SPAN || age < 0) this.turn(age >= 2 * SPAN);
    const known = this.senderOf(id);
    if (known === sender) return false;
    if (known === undefined && this.shared > 1) return this.add(id, sender);
    const both = `${sender}\n${id}`;
    if (this.senderOf(both) === sender) return false;
    if (known === undefined) return this.add(id, sender);
    this.add(both, sender);
    this.shared = 0;
    return true;
  }

  private senderOf(key: string): string | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  private add(key: string, sender: string): true {
    if (this.young.size >= this.half) this.turn();
    this.young.set(key, sender);
    return true;
  }

  private turn(both = false): void {
    this.old = both ? new Map() : this.young;
    this.young = new Map();
    this.shared = both ? Infinity : this.shared + 1;
    this.since = this.now();
  }
}
