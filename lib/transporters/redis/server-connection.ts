import type { Redis } from 'ioredis';
import {
  redisConnectionLost,
  redisGaveUp,
  redisHandshakeClosed,
} from '../../messages/transporters.messages.js';
import {
  closeClient,
  placeOf,
  tolerateLateErrors,
  type ConnectionEvents,
  type RedisConnection,
} from './redis-connection.js';

/** A connection to one server, or to the master that the Sentinels name. The client reconnects by itself. */
export class ServerConnection implements RedisConnection {
  private ready = false;
  private closed = false;
  /** The trouble of the present or last attempt, if it had any. */
  private trouble: Error | null = null;

  constructor(private readonly client: Redis) {}

  open(events: ConnectionEvents): void {
    const { client } = this;
    events.created(client);
    client.on('connecting', () => (this.trouble = null));
    client.on('error', (error: Error) => this.onError(error, events));
    client.on('ready', () => this.onReady(events));
    client.on('close', () => this.onClose(events));
    client.on('end', () => this.onEnd(events));
    // A client from a factory may be anywhere in its life already.
    if (client.status === 'ready') this.onReady(events);
    else if (client.status === 'end') this.onEnd(events);
    else if (client.status === 'wait') client.connect().catch(() => undefined); // 'error' and 'close' tell as much
  }

  close(): Promise<void> {
    this.closed = true;
    return closeClient(this.client);
  }

  private onError(error: Error, events: ConnectionEvents): void {
    tolerateLateErrors(this.client);
    this.trouble = error;
    if (!this.ready && !this.closed) events.failed(error);
  }

  private onReady(events: ConnectionEvents): void {
    if (this.ready || this.closed || this.client.status !== 'ready') return;
    this.ready = true;
    this.trouble = null;
    events.ready(this.client);
  }

  private onClose(events: ConnectionEvents): void {
    if (this.closed) return;
    if (this.ready) {
      this.ready = false;
      events.lost(this.trouble ?? new Error(redisConnectionLost(placeOf(this.client))));
    } else if (!this.trouble) {
      events.failed(new Error(redisHandshakeClosed(placeOf(this.client))));
    }
  }

  private onEnd(events: ConnectionEvents): void {
    if (!this.closed) events.ended(new Error(redisGaveUp(placeOf(this.client), this.trouble?.message)));
  }
}
