/** ms; a connection that does not last that long was of no use. */
const SHORT = 5000;
/** Losses of that kind in a row that cost nothing; each further one doubles the wait. */
const FREE = 2;
/** ms */
const FIRST = 100;
const LONGEST = 5000;

/**
 * How long to wait with the next join. Every join asks the whole cluster and is logged: a connection that is lost again and again
 * shall not keep all of it busy.
 */
export class Pace {
  private triedAt = -Infinity;
  private shortLived = 0;

  constructor(private readonly now: () => number) {}

  tried(): void {
    this.triedAt = this.now();
  }

  lost(): void {
    this.shortLived = this.now() - this.triedAt < SHORT ? this.shortLived + 1 : 0;
  }

  /** ms */
  get wait(): number {
    const excess = this.shortLived - FREE;
    return excess > 0 ? Math.min(LONGEST, FIRST * 2 ** excess) : 0;
  }
}
