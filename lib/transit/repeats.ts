/**
 * Tells packets that came before from new ones, by sender and ID. The memory is bounded over all senders: it has two halves, and when
 * one is full the other is forgotten as a whole, so that no ID is ever removed by itself.
 */
export class Repeats {
  private readonly half: number;
  /** The sender by ID; where two senders use one ID, that of the second by both. */
  private young = new Map<string, string>();
  private old = new Map<string, string>();
  /** The last time that was so, in halves ago: hardly ever is it looked at twice. */
  private shared = Infinity;

  /**
   * @param limit IDs at most; at least half as many are known at any time
   * @param repeated hears of each packet that is none of the first
   */
  constructor(
    limit: number,
    private readonly repeated: (sender: string, id: string) => void = () => undefined,
  ) {
    this.half = Math.ceil(limit / 2);
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
    if (this.young.size >= this.half) {
      this.old = this.young;
      this.young = new Map();
      this.shared++;
    }
    this.young.set(key, sender);
    return true;
  }
}
