/** Texts of the transporters: what could not be used, what was lost, what to do. Never a password: only host, port and reason. */

export const transporterUnknown = (name: string, known: readonly string[], near?: string): string =>
  `The option 'transporter' is '${name}', which is no transporter.${near ? ` Did you mean '${near}'?` : ''} ` +
  `Use a URL (redis://, rediss://, memory://), one of ${known.join(', ')}, a Transporter of your own, or null for none.`;

export const transporterNotBuilt = (name: string): string =>
  `The option 'transporter' is '${name}': this transporter is not built yet. ` +
  `Use 'Redis' or 'Memory', or bring your own by extending Transporter.`;

export const transporterWrongType = (found: string): string =>
  `The option 'transporter' is ${found}. Use a URL, a name, { type, options }, a Transporter or null.`;

export const memoryHubWrong = (): string =>
  `The option 'transporter.options.hub' must be a name: a string that is not empty.`;

export const redisOptionsWrong = (found: string): string =>
  `The options of the Redis transporter are ${found}. ` +
  `Use a URL, the options of ioredis, { cluster: { nodes, options } } or a function that makes a client.`;

export const redisUrlWrong = (): string =>
  `The URL of the Redis transporter cannot be read. Its port is a number up to 65535, and special characters ` +
  `in its password are percent-encoded: redis://user:password@host:6379/0.`;

export const redisPortWrong = (port: string): string =>
  `The Redis option 'port' is ${port}, which is no port. Give a number up to 65535; Redis's own is 6379.`;

export const redisDbWrong = (db: string): string =>
  `The Redis option 'db' is ${db}, which is no database. Give its number: 0, which is the default, or one up to what the server has.`;

export const redisNodeWrong = (node: string): string =>
  `The Redis option 'cluster.nodes' contains ${node}. A node is { host, port }, a URL or a port of this machine.`;

export const ioredisMissing = (reason: string): string =>
  `The Redis transporter needs the package 'ioredis', which cannot be loaded (${reason}). Install it: npm install ioredis.`;

export const redisKeyPrefix = (prefix: string): string =>
  `The Redis option 'keyPrefix' is '${prefix}': a prefix would change the names of the topics, ` +
  `and the other nodes would not hear us. Remove it; 'namespace' keeps clusters apart.`;

export const redisClusterWithoutNodes = (): string =>
  `The Redis option 'cluster.nodes' is empty. Give at least one node: { cluster: { nodes: [{ host, port }] } }.`;

export const redisFactoryWrong = (): string =>
  `The function given to the Redis transporter returned no ioredis client. Return a new Redis or Cluster.`;

export const redisFactoryTwice = (): string =>
  `The function given to the Redis transporter returned the same client twice. ` +
  `A subscribed connection cannot publish: return a new client at each call.`;

export const redisConnectionLost = (place: string): string =>
  `The connection to Redis${at(place)} was closed.`;

export const redisHandshakeClosed = (place: string): string =>
  `Redis${at(place)} closed the connection before it was ready.`;

export const redisGaveUp = (place: string, reason?: string): string =>
  `The connection to Redis${at(place)} is given up${reason ? ` (${reason})` : ''}: the retry strategy tries no more.`;

export const redisClosed = (): string => 'The Redis transporter was disconnected.';

export const alreadyConnected = (name: string): string =>
  `${name} is connected already: disconnect it first.`;

export const notConnected = (name: string): string => `${name} is not connected.`;

export const publishRefused = (failed: number, total: number, reason: string): string =>
  `Redis refused ${failed} of ${total} packets published together: ${reason}`;

export const memoryHubCut = (hub: string): string => `The connection to the memory hub '${hub}' was cut.`;

export const memoryClosed = (): string => 'The memory transporter was disconnected.';

const at = (place: string): string => (place ? ` at ${place}` : '');
