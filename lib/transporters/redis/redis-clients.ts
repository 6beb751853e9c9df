import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import { BrokerOptionsError } from '../../errors/broker.error.js';
import {
  ioredisMissing,
  redisFactoryTwice,
  redisFactoryWrong,
} from '../../messages/transporters.messages.js';
import { ClusterConnection } from './cluster-connection.js';
import { tolerateLateErrors, type RedisConnection } from './redis-connection.js';
import {
  isClusterOptions,
  refuseClusterKeyPrefix,
  refuseKeyPrefix,
  type RedisClientFactory,
  type RedisTransporterOptions,
} from './redis-options.js';
import { ServerConnection } from './server-connection.js';

/** The part of ioredis that is used. */
export interface IoRedis {
  Redis: typeof Redis;
  Cluster: typeof Cluster;
}

/** Loaded on demand: an application without Redis pays nothing for it. */
export const loadIoRedis = (): Promise<IoRedis> => import('ioredis');

export interface RedisClients {
  readonly publisher: RedisConnection;
  readonly subscriber: RedisConnection;
  /** In a Cluster a node knows its own subscribers only. */
  readonly countable: boolean;
  /** What the two connections share, closed after them. */
  closeShared(): Promise<void>;
}

/** The user's options may replace these. */
const DEFAULTS = {
  retryStrategy: (times: number) => Math.min(50 * 2 ** (times - 1), 2000),
  keepAlive: 10_000,
  disconnectTimeout: 500,
} satisfies RedisOptions;

/**
 * The transit subscribes anew and decides what to send again, so the client must do neither; and order must hold, so nothing may
 * be pipelined behind our back. RESP2 (`protocol`, known to ioredis 6 only) because its pushes are the cheaper ones to read.
 */
const FORCED: RedisOptions & { protocol: 2 } = {
  lazyConnect: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: false,
  maxRetriesPerRequest: null,
  protocol: 2,
};
const PUBLISHER: RedisOptions = { ...FORCED, enableOfflineQueue: false };
const SUBSCRIBER: RedisOptions = { ...FORCED, enableOfflineQueue: true };

/** Makes the clients; none of them connects yet, unless a factory made it so. */
export async function createClients(
  options: RedisTransporterOptions,
  load: () => Promise<IoRedis>,
): Promise<RedisClients> {
  if (typeof options === 'function') return fromFactory(options);
  const ioredis = await load().catch((error: Error) => {
    throw new BrokerOptionsError(ioredisMissing(error.message.split('\n')[0]));
  });
  if (typeof options === 'object' && isClusterOptions(options)) {
    const { nodes, options: given, clusterOptions } = options.cluster;
    return clusterClients(new ioredis.Cluster(nodes, clusterSettings(given ?? clusterOptions)));
  }
  const make = (forced: RedisOptions): Redis =>
    typeof options === 'string'
      ? new ioredis.Redis(options, { ...DEFAULTS, ...forced })
      : new ioredis.Redis({ ...DEFAULTS, ...options, ...forced });
  return serverClients(make(PUBLISHER), make(SUBSCRIBER));
}

function clusterSettings(given: ClusterOptions = {}): ClusterOptions {
  const { disconnectTimeout, keepAlive } = DEFAULTS;
  const redisOptions = { disconnectTimeout, keepAlive, ...given.redisOptions, protocol: 2 };
  return { ...given, redisOptions, lazyConnect: true };
}

async function fromFactory(factory: RedisClientFactory): Promise<RedisClients> {
  const made: (Redis | Cluster)[] = [];
  try {
    const first = checkClient(await factory());
    made.push(first);
    if (first.isCluster) return clusterClients(first as Cluster);
    const second = checkClient(await factory());
    if (second === first) throw new BrokerOptionsError(redisFactoryTwice());
    made.push(second);
    return serverClients(adopt(first as Redis, PUBLISHER), adopt(second as Redis, SUBSCRIBER));
  } catch (error) {
    for (const client of made) client.disconnect(); // they may be connected already
    throw error;
  }
}

function checkClient(client: Redis | Cluster): Redis | Cluster {
  const { isCluster, options } = (client as Partial<Redis> | null) ?? {};
  if (typeof isCluster !== 'boolean' || !options) throw new BrokerOptionsError(redisFactoryWrong());
  return client;
}

/** A client from a factory keeps its way to connect, and works by our rules otherwise. */
function adopt(client: Redis, rules: RedisOptions): Redis {
  const { autoResubscribe, autoResendUnfulfilledCommands, enableAutoPipelining } = rules;
  const { maxRetriesPerRequest, enableOfflineQueue } = rules;
  Object.assign(client.options, { autoResubscribe, autoResendUnfulfilledCommands, enableAutoPipelining });
  Object.assign(client.options, { maxRetriesPerRequest, enableOfflineQueue });
  return client;
}

function serverClients(publisher: Redis, subscriber: Redis): RedisClients {
  refuseKeyPrefix(publisher.options);
  refuseKeyPrefix(subscriber.options);
  return {
    publisher: new ServerConnection(publisher),
    subscriber: new ServerConnection(subscriber),
    countable: true,
    closeShared: () => Promise.resolve(),
  };
}

function clusterClients(cluster: Cluster): RedisClients {
  refuseClusterKeyPrefix(cluster.options);
  return {
    publisher: new ClusterConnection(cluster, PUBLISHER),
    subscriber: new ClusterConnection(cluster, SUBSCRIBER),
    countable: false,
    closeShared: () => closeCluster(cluster),
  };
}

function closeCluster(cluster: Cluster): Promise<void> {
  const nodes = cluster.nodes();
  nodes.forEach(tolerateLateErrors);
  // Without nodes there are no sockets, and ioredis tells of no end.
  const hasSockets = cluster.status !== 'end' && nodes.length > 0;
  const ended = hasSockets ? new Promise<void>((resolve) => cluster.once('end', resolve)) : Promise.resolve();
  if (cluster.status !== 'end') cluster.disconnect();
  return ended;
}
