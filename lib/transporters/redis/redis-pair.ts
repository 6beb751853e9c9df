import type { Redis } from 'ioredis';
import { notConnected, redisClosed } from '../../messages/transporters.messages.js';
import { FailureReport } from './failure-report.js';
import { PublishBatch } from './publish-batch.js';
import type { RedisClients } from './redis-clients.js';
import type { ConnectionEvents } from './redis-connection.js';

export interface PairListener {
  message(topic: string, data: Buffer): void;
  down(error: Error): void;
  up(): void;
  error(error: Error): void;
}

type Side = 'publisher' | 'subscriber';

/** How long the last packets may take, ms. Timed by ioredis. */
const FLUSH_TIMEOUT = 1000;

/**
 * A publishing and a subscribed connection that count as one: up when both are ready, down as soon as one is lost. Without the
 * subscriber no answer comes, without the publisher no question goes.
 */
export class RedisPair {
  private state: 'opening' | 'up' | 'down' | 'closed' = 'opening';
  private readonly ready: Record<Side, Redis | null> = { publisher: null, subscriber: null };
  private batch: PublishBatch | null = null;
  private clients: RedisClients | null = null;
  private opening: { resolve(): void; reject(error: Error): void } | null = null;
  /** Commands that ioredis would leave without an answer when the connection is lost. */
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly failures: FailureReport;
  /** What the present subscriber connection hears. */
  private readonly topics = new Set<string>();

  constructor(private readonly listener: PairListener) {
    this.failures = new FailureReport((error) => listener.error(error));
  }

  /** What waits for Redis just now. For leak tests. */
  get unanswered(): number {
    return this.waiting.size + (this.batch?.waiting ?? 0);
  }

  /** Resolves when both connections are ready for the first time; pending while there is hope. */
  async open(create: () => Promise<RedisClients>): Promise<void> {
    const clients = await create();
    this.clients = clients;
    if (this.state === 'closed') {
      await this.closeClients();
      throw new Error(redisClosed());
    }
    await new Promise<void>((resolve, reject) => {
      this.opening = { resolve, reject };
      clients.publisher.open(this.events('publisher'));
      clients.subscriber.open(this.events('subscriber'));
    });
  }

  /** @param flush whether to send what waits, if Redis answers */
  async close(flush: boolean): Promise<void> {
    if (this.state === 'closed') return;
    const wasUp = this.state === 'up';
    this.state = 'closed';
    const error = new Error(redisClosed());
    this.opening?.reject(error);
    this.rejectWaiting(error);
    if (wasUp && flush) await this.flush();
    this.batch?.abandon();
    await this.closeClients();
  }

  send(topic: string, data: string | Buffer): void {
    if (this.state === 'up') this.batch!.add(topic, data);
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    const { subscriber } = this.ready;
    if (!subscriber || this.state !== 'up') throw new Error(notConnected('RedisTransporter'));
    if (topics.length === 0) return;
    await this.untilLost(subscriber.subscribe(...topics));
    for (const topic of topics) this.topics.add(topic);
  }

  async unsubscribe(topics: readonly string[]): Promise<void> {
    const { subscriber } = this.ready;
    // Of a connection that was lost nothing is left.
    if (!subscriber || this.state === 'closed' || topics.length === 0) return;
    for (const topic of topics) this.topics.delete(topic);
    await this.untilLost(subscriber.unsubscribe(...topics));
  }

  isSubscribed(topic: string): boolean {
    return this.topics.has(topic);
  }

  async countSubscribers(topic: string): Promise<number | null> {
    const { publisher } = this.ready;
    if (!publisher || !this.clients?.countable || this.state !== 'up') return null;
    // Whoever asks what he has just sent to shall have those counted who got it.
    this.batch?.flush();
    try {
      const reply = (await this.untilLost(publisher.pubsub('NUMSUB', topic))) as [string, number | string];
      return Number(reply[1]);
    } catch {
      return null; // lost meanwhile, or an ACL forbids to ask
    }
  }

  private events(side: Side): ConnectionEvents {
    return {
      created: (client) => {
        if (side === 'subscriber') client.on('messageBuffer', this.onMessage);
      },
      ready: (client) => this.onReady(side, client),
      lost: (error) => this.onLost(side, error),
      failed: (error) => this.fail(error),
      ended: (error) => this.onEnded(error),
    };
  }

  private readonly onMessage = (channel: Buffer, data: Buffer): void => {
    if (this.state !== 'closed') this.listener.message(channel.toString(), data);
  };

  private onReady(side: Side, client: Redis): void {
    this.ready[side] = client;
    if (side === 'publisher') this.batch = new PublishBatch(client, this.fail);
    if (this.state === 'closed' || !this.ready.publisher || !this.ready.subscriber) return;
    const first = this.state === 'opening';
    this.state = 'up';
    this.failures.reset();
    if (first) this.opening?.resolve();
    else this.listener.up();
  }

  private onLost(side: Side, error: Error): void {
    this.ready[side] = null;
    if (side === 'subscriber') this.topics.clear();
    else {
      this.batch?.abandon();
      this.batch = null;
    }
    this.rejectWaiting(error);
    if (this.state !== 'up') return;
    this.state = 'down';
    this.failures.reset();
    this.listener.down(error);
  }

  private onEnded(error: Error): void {
    if (this.state === 'closed') return;
    if (this.state !== 'opening') return this.listener.error(error);
    this.opening?.reject(error);
    void this.close(false);
  }

  private readonly fail = (error: Error): void => {
    if (this.state !== 'closed') this.failures.tell(error, this.state === 'down');
  };

  /** A PING is answered after everything that was sent before it. The second is for what a refused script held back. */
  private async flush(): Promise<void> {
    const client = this.ready.publisher!;
    client.options.commandTimeout = FLUSH_TIMEOUT;
    this.batch?.flush();
    if (await isAnswered(client.ping())) {
      this.batch?.flush();
      await isAnswered(client.ping());
    }
  }

  private async closeClients(): Promise<void> {
    const { clients } = this;
    if (!clients) return;
    await Promise.all([clients.publisher.close(), clients.subscriber.close()]);
    await clients.closeShared();
  }

  private untilLost<T>(reply: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.add(reject);
      const forget = () => this.waiting.delete(reject);
      reply.then(resolve, reject).then(forget, forget);
    });
  }

  private rejectWaiting(error: Error): void {
    for (const reject of this.waiting) reject(error);
    this.waiting.clear();
  }
}

/** A refusal is an answer as well. */
const isAnswered = (ping: Promise<unknown>): Promise<boolean> =>
  ping.then(
    () => true,
    (error: Error) => error.name === 'ReplyError',
  );
