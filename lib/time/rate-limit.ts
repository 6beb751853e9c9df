/** Lets something happen so often in a stretch of time and no oftener; counts what it held back. */
export class RateLimit {
  private since = -Infinity;
  private used = 0;
  private held = 0;

  /**
   * @param limit times in `period` ms
   * @param now scheduler time, ms
   */
  constructor(
    private readonly limit: number,
    private readonly period: number,
    private readonly now: () => number,
  ) {}

  /** Whether it may happen now. */
  take(): boolean {
    const now = this.now();
    // An injected clock may be put back.
    if (now - this.since >= this.period || now < this.since) {
      this.since = now;
      this.used = 0;
    }
    if (this.used >= this.limit) {
      this.held++;
      return false;
    }
    this.used++;
    return true;
  }

  /** How often it was held back since this was last asked. */
  takeHeld(): number {
    const { held } = this;
    this.held = 0;
    return held;
  }
}
