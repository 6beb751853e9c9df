import { alreadyConnected, notConnected } from '../../messages/transporters.messages.js';
import { Transporter } from '../transporter.js';
import { createClients, loadIoRedis } from './redis-clients.js';
import { checkRedisOptions, describePlace, type RedisTransporterOptions } from './redis-options.js';
import { RedisPair } from './redis-pair.js';

/**
 * Redis pub/sub over ioredis 5 or 6: a single server, TLS, Sentinel or Cluster (protocol section 1). Two connections, one that
 * publishes and one that is subscribed; in a Cluster some more by which ioredis watches its nodes.
 *
 * At most once: what is published while the connection is lost, or while nobody listens, is gone.
 */
export class RedisTransporter extends Transporter {
  override readonly acceptsText = true;
  override readonly favoursBundles = true;
  override readonly name: string;
  private pair: RedisPair | null = null;
  private closing: Promise<void> = Promise.resolve();
  private readonly options: RedisTransporterOptions;

  /**
   * @param options default `127.0.0.1:6379`
   * @param load another ioredis than the installed one, for tests
   * @throws BrokerOptionsError for options that cannot work, such as `keyPrefix`
   */
  constructor(
    options: RedisTransporterOptions = {},
    private readonly load = loadIoRedis,
  ) {
    super();
    checkRedisOptions(options);
    this.options = options;
    this.name = describePlace(options);
  }

  /** @internal What waits for Redis just now; for leak tests. */
  get unanswered(): number {
    return this.pair?.unanswered ?? 0;
  }

  /**
   * Pending while Redis cannot be reached: the client goes on trying, and the reason is reported once.
   *
   * @throws Error if `disconnect` comes first, or the user's `retryStrategy` gives up
   */
  async connect(): Promise<void> {
    if (this.pair) throw new Error(alreadyConnected(this.name));
    const pair = new RedisPair({
      message: this.onMessage,
      down: (error) => this.connectionLost(error),
      up: () => this.connectionRestored(),
      error: (error) => this.failed(error),
    });
    this.pair = pair;
    try {
      await pair.open(() => createClients(this.options, this.load));
    } catch (error) {
      if (this.pair === pair) this.pair = null;
      throw error;
    }
  }

  /** Sends what waits, for as long as Redis answers within a second, and resolves when the sockets are closed. */
  disconnect(): Promise<void> {
    return this.close(true);
  }

  override abandon(): Promise<void> {
    return this.close(false);
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    if (!this.pair) throw new Error(notConnected(this.name));
    await this.pair.subscribe(topics);
  }

  override async unsubscribe(topics: readonly string[]): Promise<void> {
    await this.pair?.unsubscribe(topics);
  }

  override isSubscribed(topic: string): boolean {
    return this.pair?.isSubscribed(topic) === true;
  }

  /** Goes out at the end of this turn of the event loop, together with the other packets of the turn. */
  send(topic: string, data: Buffer | string): void {
    this.pair?.send(topic, data);
  }

  /** `null` in a Cluster, whose nodes know their own subscribers only. */
  override async countSubscribers(topic: string): Promise<number | null> {
    return this.pair ? this.pair.countSubscribers(topic) : null;
  }

  private close(flush: boolean): Promise<void> {
    const { pair } = this;
    if (!pair) return this.closing;
    this.pair = null;
    return (this.closing = pair.close(flush));
  }

  private readonly onMessage = (topic: string, data: Buffer): void => {
    try {
      this.receive(topic, data);
    } catch (error) {
      // Thrown on, it would run through ioredis's parser and end the process.
      this.failed(error as Error);
    }
  };
}
