/**
 * What a transporter tells its owner (the transit). Declared here, so that a driver knows nothing of packets.
 * @internal
 */
export interface TransporterHost {
  /** Bytes arrived on a subscribed topic. Called in the order of arrival, never re-entrantly from `send`. */
  message(topic: string, data: Buffer): void;
  /** The connection is usable again after `down`. Subscriptions may be gone: the host subscribes anew. */
  up(): void;
  /** Receiving is no longer possible; pending answers are lost. May be called twice in a row. */
  down(error?: Error): void;
  /** Something failed that does not end the connection. */
  error(error: Error): void;
}

/**
 * Carries bytes between the nodes of a cluster. Extend it to bring your own wire.
 *
 * A driver that reports `connectionLost` goes on trying and reports `connectionRestored`: nobody else connects it again.
 *
 * Life: `connect` (settles when the first connection stands; a rejection is tried again by the transit every 5 s),
 * `subscribe` (after every connect and reconnect), `send` …, `disconnect`. A driver that reconnects by itself calls
 * `connectionLost` and `connectionRestored`. A connection that stands and carries nothing any more is ended by `abandon`, and
 * `connect` follows again.
 */
export abstract class Transporter {
  /** @internal */
  protected host: TransporterHost | null = null;

  /** The name shown in logs and in the prompt. */
  readonly name: string = this.constructor.name;

  /** `true`: `send` takes strings as well and is given them where the serializer makes text. Default `false`. */
  readonly acceptsText: boolean = false;

  /**
   * `true`: a message costs more than its bytes do, so packets of one turn of the event loop for one node are better sent as one.
   * Needs `acceptsText`. Default `false`.
   */
  readonly favoursBundles: boolean = false;

  /** Settles when the first connection stands. */
  abstract connect(): Promise<void>;
  /** Ends all connections for good. */
  abstract disconnect(): Promise<void>;
  /** Asks for what is sent to these topics; called after every connect and reconnect. */
  abstract subscribe(topics: readonly string[]): Promise<void>;
  /** Hands bytes to the wire. It may reject, but not wait for an answer. */
  abstract send(topic: string, data: Buffer): void | Promise<void>;

  /** Ends a connection that carries nothing any more, so that nothing need be waited for. Default: `disconnect`. */
  abandon(): Promise<void> {
    return this.disconnect();
  }

  /** Ends subscriptions; what comes in on such a topic all the same is passed over. Default: they stay until the connection ends. */
  unsubscribe(_topics: readonly string[]): Promise<void> {
    return Promise.resolve();
  }

  /** Whether we ourselves are subscribed to a topic just now. Default `false`. */
  isSubscribed(_topic: string): boolean {
    return false;
  }

  /**
   * How many subscribers a topic has once all that was sent so far has gone out, ourselves included; `null` (default) where the
   * wire cannot tell. Lets the start wait for just the answers that are due.
   */
  countSubscribers(_topic: string): Promise<number | null> {
    return Promise.resolve(null);
  }

  /** @internal */
  attach(host: TransporterHost): void {
    this.host = host;
  }

  /** Hand over what came in on a topic. */
  protected receive(topic: string, data: Buffer): void {
    this.host?.message(topic, data);
  }

  protected connectionLost(error?: Error): void {
    this.host?.down(error);
  }

  protected connectionRestored(): void {
    this.host?.up();
  }

  protected failed(error: Error): void {
    this.host?.error(error);
  }
}
