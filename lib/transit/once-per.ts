/** Lets something be said once per key. Bounded: when full, the oldest key may speak again. */
export class OncePer {
  private readonly seen = new Set<string>();

  constructor(private readonly limit = 1000) {}

  first(key: string): boolean {
    if (this.seen.has(key)) return false;
    if (this.seen.size >= this.limit) this.seen.delete(this.seen.keys().next().value as string);
    this.seen.add(key);
    return true;
  }

  /** @returns whether it was known */
  forget(key: string): boolean {
    return this.seen.delete(key);
  }
}
