/** A map that forgets its oldest entry when it would grow beyond its bound. Setting an entry anew makes it the youngest. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();

  constructor(
    private readonly bound: number,
    private readonly forgotten?: (key: K, value: V) => void,
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
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.bound) this.dropOldest();
  }

  delete(key: K): boolean {
    return this.entries.delete(key);
  }

  values(): MapIterator<V> {
    return this.entries.values();
  }

  private dropOldest(): void {
    for (const [key, value] of this.entries) {
      this.entries.delete(key);
      this.forgotten?.(key, value);
      return;
    }
  }
}
