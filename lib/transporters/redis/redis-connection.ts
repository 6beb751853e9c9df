import type { Redis } from 'ioredis';

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** A client was made and is not used yet: the place to attach listeners. */
  created(client: Redis): void;
  ready(client: Redis): void;
  /** The connection was ready and is no more. It is being made anew. */
  lost(error: Error): void;
  /** An attempt failed; more follow. */
  failed(error: Error): void;
  /** It failed for good: nothing more is tried. */
  ended(error: Error): void;
}

/** One connection to Redis, kept up until it is closed. */
export interface RedisConnection {
  open(events: ConnectionEvents): void;
  /** Resolves when the sockets are closed. */
  close(): Promise<void>;
}

/** Ends a client and waits for its socket. */
export function closeClient(client: Redis): Promise<void> {
  // A client between two attempts has no socket and tells of no end.
  const hasSocket = client.status !== 'end' && client.status !== 'wait' && client.status !== 'reconnecting';
  const ended = hasSocket ? new Promise<void>((resolve) => client.once('end', resolve)) : Promise.resolve();
  tolerateLateErrors(client);
  if (client.status !== 'end') client.disconnect();
  return ended;
}

/**
 * ioredis hears one error of a socket. A TLS socket that is ended or refused during its handshake may have a second one, which
 * would end the process.
 */
export function tolerateLateErrors(client: Redis): void {
  const stream = client.stream as typeof client.stream | undefined;
  if (stream && !stream.listeners('error').includes(ignore)) stream.on('error', ignore);
}

const ignore = (): void => undefined;

/** Host and port of a client, for messages. */
export function placeOf(client: Redis): string {
  const { host, port, path } = client.options as { host?: string; port?: number; path?: string };
  return path ?? (host ? `${host}:${port}` : '');
}
