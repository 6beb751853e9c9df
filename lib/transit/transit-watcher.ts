/** What happens around the connection, besides packets. All in the order of the calls. */
export interface TransitWatcher {
  /** Connected, not yet subscribed: the moment to find out whether our node ID is free. A rejection keeps us out. */
  beforeSubscribe(): Promise<void>;
  /** Subscribed: packets flow both ways. Awaited before the join counts as done. */
  joined(reconnect: boolean): Promise<void>;
  lost(): void;
}
