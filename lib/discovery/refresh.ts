import type { RandomSource } from '../time/sources.js';

export interface RefreshHost {
  /** Nodes that are there, by ID. */
  nodes(): Iterable<string>;
  isThere(nodeID: string): boolean;
  ask(nodeID: string): void;
}

/**
 * Makes good what announcements were lost, came late or were somebody else's: every few heartbeats one node is asked anew who it is,
 * until it has been everybody's turn. Heartbeats tell nothing of what a node offers, and there are brokers that drop one which does.
 */
export class Refresh {
  private turn: string[] = [];
  private beats = 0;
  private asked: string | null = null;

  /** @param every heartbeats from one question to the next; 0 = none is asked */
  constructor(
    private readonly every: number,
    private readonly random: RandomSource,
    private readonly host: RefreshHost,
  ) {}

  /** After each heartbeat of our own. */
  beat(): void {
    if (this.every === 0 || ++this.beats < this.every) return;
    this.beats = 0;
    this.asked = this.next();
    if (this.asked !== null) this.host.ask(this.asked);
  }

  /** Whether an INFO is the answer to the last question: one that nobody else need hear of, should it say nothing new. */
  answers(nodeID: string): boolean {
    if (nodeID !== this.asked) return false;
    this.asked = null;
    return true;
  }

  /** By chance among those whose turn it still is: nodes that started together must not all ask the same one. */
  private next(): string | null {
    if (this.turn.length === 0) this.turn = [...this.host.nodes()];
    while (this.turn.length > 0) {
      // Whoever injects chance may give a 1.
      const at = Math.min(Math.floor(this.random() * this.turn.length), this.turn.length - 1);
      const nodeID = this.turn[at]!;
      this.turn[at] = this.turn[this.turn.length - 1]!;
      this.turn.pop();
      if (this.host.isThere(nodeID)) return nodeID;
    }
    return null;
  }
}
