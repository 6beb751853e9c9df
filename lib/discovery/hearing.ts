/** Own heartbeats in a row after which nothing was heard. */
const DEAF = 2;

/**
 * Whether this node still hears the others. Where a wire brings own broadcasts back, as Redis does, something comes after every
 * heartbeat of ours, if only that itself. A connection on which nothing comes is dead although it stands: its other end has vanished
 * without a word, or Redis stands still. The system would notice after a quarter of an hour.
 *
 * Counted in heartbeats and not in time: a process that stood still itself misses none.
 */
export class Hearing {
  private echoes = false;
  private heard = 0;
  private unanswered = 0;

  /** The last heartbeat brought nothing: the silence of others may be our own deafness. */
  get doubtful(): boolean {
    return this.unanswered > 0;
  }

  /** The connection is gone; the next one begins without doubt. */
  reset(): void {
    this.unanswered = 0;
  }

  /** A broadcast of our own came back: this is a wire that does so. */
  echo(): void {
    this.echoes = true;
  }

  /**
   * Before each heartbeat; returns whether we are deaf.
   *
   * @param received packets that came in so far
   */
  check(received: number): boolean {
    this.unanswered = this.echoes && received === this.heard ? this.unanswered + 1 : 0;
    this.heard = received;
    return this.unanswered >= DEAF;
  }
}
