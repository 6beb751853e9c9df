import { inspect } from 'node:util';
import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import { BrokerOptionsError } from '../../errors/broker.error.js';
import {
  redisClusterWithoutNodes,
  redisDbWrong,
  redisKeyPrefix,
  redisNodeWrong,
  redisOptionsWrong,
  redisPortWrong,
  redisUrlWrong,
} from '../../messages/transporters.messages.js';

/** Makes an ioredis client (5 or 6), a new one at each call: one to publish, one to subscribe; once for a Cluster. */
export type RedisClientFactory = () => Redis | Cluster | Promise<Redis | Cluster>;

/** A Redis Cluster. */
export interface RedisClusterTransporterOptions {
  cluster: {
    /** Where to begin; the rest of the cluster is found from there. */
    nodes: ClusterNode[];
    /** Options of ioredis's Cluster. Password and TLS go into `redisOptions`. */
    options?: ClusterOptions;
    /** Moleculer's name for `options`. */
    clusterOptions?: ClusterOptions;
  };
}

/**
 * How to reach Redis: a URL (`redis://`, `rediss://` with TLS), the options of ioredis (for Sentinel `{ sentinels, name }`),
 * `{ cluster: { nodes, options } }`, or a function that makes clients. Default: `127.0.0.1:6379`.
 *
 * It reconnects for ever, after 50 ms at first and every 2 s later, unless `retryStrategy` says otherwise.
 */
export type RedisTransporterOptions =
  string | RedisOptions | RedisClusterTransporterOptions | RedisClientFactory;

/** @throws BrokerOptionsError for what can be told before connecting */
export function checkRedisOptions(options: unknown): asserts options is RedisTransporterOptions {
  if (typeof options === 'function') return;
  if (typeof options === 'string') return checkUrl(options);
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new BrokerOptionsError(redisOptionsWrong(describe(options)), { options });
  }
  if (!isClusterOptions(options)) return checkServer(options as RedisOptions);
  const { cluster } = options;
  if (!Array.isArray(cluster?.nodes) || cluster.nodes.length === 0) {
    throw new BrokerOptionsError(redisClusterWithoutNodes());
  }
  cluster.nodes.forEach(checkNode);
  refuseClusterKeyPrefix(cluster.options ?? cluster.clusterOptions ?? {});
}

export const isClusterOptions = (options: object): options is RedisClusterTransporterOptions =>
  'cluster' in options;

/** Also for ready clients, whose options are seen only once they are made. */
export function refuseKeyPrefix(options: { keyPrefix?: string }): void {
  if (options.keyPrefix) {
    throw new BrokerOptionsError(redisKeyPrefix(options.keyPrefix), { keyPrefix: options.keyPrefix });
  }
}

export function refuseClusterKeyPrefix(options: ClusterOptions): void {
  refuseKeyPrefix(options);
  refuseKeyPrefix(options.redisOptions ?? {});
}

/** Which Redis this is, for the log: places alone, never users and passwords. */
export function describePlace(options: RedisTransporterOptions): string {
  if (typeof options === 'function') return 'Redis';
  if (typeof options === 'string') return `Redis at ${new URL(options).host || 'localhost'}`;
  if (isClusterOptions(options)) return `Redis Cluster at ${options.cluster.nodes.map(nodePlace).join(', ')}`;
  const { host = 'localhost', port = 6379, path, sentinels, name } = options;
  if (sentinels) return `Redis '${name ?? ''}' of Sentinel`;
  return `Redis at ${path ?? `${host}:${port}`}`;
}

function checkServer(options: RedisOptions): void {
  checkPort(options.port);
  for (const sentinel of options.sentinels ?? []) checkPort(sentinel.port);
  checkDb(options.db);
  refuseKeyPrefix(options);
}

function checkNode(node: unknown): void {
  if (typeof node === 'number') checkPort(node);
  else if (typeof node === 'object' && node !== null) checkPort((node as { port?: unknown }).port);
  else if (typeof node !== 'string') throw new BrokerOptionsError(redisNodeWrong(inspect(node)), { node });
}

function checkPort(port: unknown): void {
  if (port === undefined || port === null) return;
  if (isNumeral(port) && Number(port) < 65_536) return;
  throw new BrokerOptionsError(redisPortWrong(inspect(port)), { port });
}

/** ioredis takes what is no number to the server, and ends the process with its refusal. */
function checkDb(db: unknown): void {
  if (db === undefined || db === null || isNumeral(db)) return;
  throw new BrokerOptionsError(redisDbWrong(inspect(db)), { db });
}

/** A whole number from 0 on, or its digits, as they come from the environment. */
const isNumeral = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isInteger(value) && value >= 0 : /^\d+$/.test(String(value));

function nodePlace(node: ClusterNode): string {
  if (typeof node === 'number') return `port ${node}`;
  if (typeof node === 'string') return (URL.canParse(node) && new URL(node).host) || node.replace(/^.*@/, '');
  return `${node.host ?? 'localhost'}:${node.port ?? 6379}`;
}

function checkUrl(text: string): void {
  // Never with the text: it may hold a password.
  if (!/^rediss?:\/\//i.test(text)) {
    throw new BrokerOptionsError(redisOptionsWrong('a string that is no redis:// or rediss:// URL'));
  }
  if (!URL.canParse(text)) throw new BrokerOptionsError(redisUrlWrong());
  const { pathname, searchParams } = new URL(text);
  checkDb(pathname.slice(1) || undefined);
  checkDb(searchParams.get('db'));
  refuseKeyPrefix({ keyPrefix: searchParams.get('keyPrefix') ?? undefined });
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
