/** One node's offer of an action, or one candidate for an event: what a strategy chooses among. */
export interface Endpoint {
  readonly nodeID: string;
  readonly local: boolean;
  /** Full action name, or the event's name. */
  readonly name: string;
  readonly available: boolean;
  /** Percent of CPU from the node's last heartbeat; null if unknown. */
  readonly cpu: number | null;
}
