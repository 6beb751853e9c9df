import type { SchedulerLike, Subscription } from 'rxjs';

/** ms; longer than a node takes to come back to a Redis that was away. */
const LONGEST = 6000;
const ROUNDS = 3;

export interface RollCallHost {
  /** ms; nobody is taken for gone later than his silence would be noticed. */
  heartbeatTimeout: number;
  ask(nodeID: string): void;
  gone(nodeID: string): void;
}

/**
 * After our connection was away: who was there before may have left without our hearing it. Everybody has been asked at once; who
 * has not answered is asked again by name, twice, and then taken for gone.
 */
export class RollCall {
  private missing = new Set<string>();
  private timer: Subscription | null = null;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly host: RollCallHost,
  ) {}

  begin(nodeIDs: Iterable<string>): void {
    this.stop();
    this.missing = new Set(nodeIDs);
    this.wait(1);
  }

  /** The node was heard, or said goodbye. */
  heard(nodeID: string): void {
    if (this.missing.delete(nodeID) && this.missing.size === 0) this.stop();
  }

  stop(): void {
    this.timer?.unsubscribe();
    this.timer = null;
    this.missing.clear();
  }

  private wait(round: number): void {
    if (this.missing.size === 0) return;
    const period = Math.min(LONGEST, this.host.heartbeatTimeout) / ROUNDS;
    this.timer = this.scheduler.schedule(() => {
      const missing = [...this.missing];
      if (round < ROUNDS) {
        for (const nodeID of missing) this.host.ask(nodeID);
        this.wait(round + 1);
        return;
      }
      this.stop();
      for (const nodeID of missing) this.host.gone(nodeID);
    }, period);
  }
}
