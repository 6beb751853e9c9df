/**
 * Tells packets that came before from new ones, by sender and ID. The memory is bounded over all senders: it has two halves, and when
 * one is full the other is forgotten as a whole, so that no ID is ever removed by itself.
 */
export class Repeats {
  private readonly half: number;
  /** The sender by ID; where two senders use one ID, that of the second by both. */
  private young = new Map<string, string>();
  private old = new Map<string, string>();

  /** @param limit IDs at most; at least half as many are known at any time */
  constructor(limit: number) {
    this.half = Math.ceil(limit / 2);
  }

  /** IDs remembered. For tests of growth. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** Whether this is the first packet with this ID of this sender, as far as is remembered. */
  first(sender: string, id: string): boolean {
    const known = this.senderOf(id);
    if (known === undefined) return this.add(id, sender);
    if (known === sender) return false;
    const both = `${sender}\n${id}`;
    return this.senderOf(both) !== sender && this.add(both, sender);
  }

  private senderOf(key: string): string | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  private add(key: string, sender: string): true {
    if (this.young.size >= this.half) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, sender);
    return true;
  }
}
