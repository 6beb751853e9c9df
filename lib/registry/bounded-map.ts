/**
 * A map that forgets its oldest entries when it would grow beyond its bound. Setting an entry anew makes it the youngest. The youngest
 * stays in any case.
 */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();
  private total = 0;

  /** @param costOf what an entry counts for, always the same for the same value; 1 if not given */
  constructor(
    private readonly bound: number,
    private readonly forgotten?: (key: K, value: V) => void,
    private readonly costOf: (value: V) => number = () => 1,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  set(key: K, value: V): void {
    this.delete(key);
    this.entries.set(key, value);
    this.total += this.costOf(value);
    while (this.total > this.bound && this.entries.size > 1) this.dropOldest();
  }

  delete(key: K): boolean {
    const value = this.entries.get(key);
    if (!this.entries.delete(key)) return false;
    this.total -= this.costOf(value as V);
    return true;
  }

  clear(): void {
    this.entries.clear();
    this.total = 0;
  }

  values(): MapIterator<V> {
    return this.entries.values();
  }

  private dropOldest(): void {
    for (const [key, value] of this.entries) {
      this.delete(key);
      this.forgotten?.(key, value);
      return;
    }
  }
}
