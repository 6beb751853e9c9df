import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { redisConnectionLost, redisGaveUp } from '../../messages/transporters.messages.js';
import {
  closeClient,
  placeOf,
  tolerateLateErrors,
  type ConnectionEvents,
  type RedisConnection,
} from './redis-connection.js';

/**
 * A connection to one node of a Redis Cluster. Every node passes every PUBLISH on to all others, so any node will do; but
 * commands without a key, given to the Cluster, go now here, now there and overtake each other, and the loss of the Cluster's own
 * subscriber connection cannot be seen. So this pins one node, which the Cluster names, and moves to another when it is lost.
 */
export class ClusterConnection implements RedisConnection {
  private pinned: Redis | null = null;
  private ready = false;
  private closed = false;
  private trouble: Error | null = null;
  /** Nodes that were tried since the last loss. */
  private readonly tried = new Set<string>();

  /**
   * @param cluster shared by the connections of a transporter; its owner closes it
   * @param settings for the pinned client
   */
  constructor(
    private readonly cluster: Cluster,
    private readonly settings: RedisOptions,
  ) {}

  open(events: ConnectionEvents): void {
    const { cluster } = this;
    cluster.on('error', (error: Error) => {
      if (!this.ready && !this.closed) events.failed(error);
    });
    cluster.on('ready', () => this.pin(events));
    cluster.on('end', () => {
      if (!this.closed && !this.pinned) events.ended(new Error(redisGaveUp('')));
    });
    if (cluster.status === 'ready') this.pin(events);
    else if (cluster.status === 'wait') cluster.connect().catch(() => undefined); // 'error' tells as much
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.pinned) await closeClient(this.pinned);
  }

  private pin(events: ConnectionEvents): void {
    if (this.closed || this.pinned) return;
    const node = this.nextNode();
    if (!node) return this.askAnew(events);
    this.tried.add(placeOf(node));
    const client = node.duplicate({ ...this.settings, readOnly: false, retryStrategy: () => null });
    this.pinned = client;
    events.created(client);
    client.on('error', (error: Error) => {
      tolerateLateErrors(client);
      this.trouble = error;
    });
    client.once('ready', () => this.onReady(client, events));
    client.once('end', () => this.onEnd(client, events));
    client.connect().catch(() => undefined); // 'end' follows
  }

  /** Masters before replicas; a node to which the Cluster holds a connection first: it is alive, and was drawn by lot. */
  private nextNode(): Redis | undefined {
    const untried = (node: Redis) => !this.tried.has(placeOf(node));
    const masters = this.cluster.nodes('master').filter(untried);
    return (
      masters.find((node) => node.status === 'ready') ?? masters[0] ?? this.cluster.nodes('all').find(untried)
    );
  }

  /** No known node will have us: the Cluster begins again at its start nodes, at the pace of its `clusterRetryStrategy`. */
  private askAnew(events: ConnectionEvents): void {
    if (this.trouble) events.failed(this.trouble);
    this.trouble = null;
    this.tried.clear();
    if (this.cluster.status === 'ready') this.cluster.disconnect(true);
    else if (this.cluster.status === 'end') events.ended(new Error(redisGaveUp('')));
  }

  private onReady(client: Redis, events: ConnectionEvents): void {
    if (this.closed) return;
    this.ready = true;
    this.trouble = null;
    this.tried.clear();
    events.ready(client);
  }

  private onEnd(client: Redis, events: ConnectionEvents): void {
    this.pinned = null;
    if (this.closed) return;
    if (this.ready) {
      this.ready = false;
      this.tried.add(placeOf(client));
      events.lost(this.trouble ?? new Error(redisConnectionLost(placeOf(client))));
      this.trouble = null;
    }
    this.pin(events);
  }
}
