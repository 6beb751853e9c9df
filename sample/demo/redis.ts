import { Redis } from 'ioredis';

/** ms; that a server is missing should be said in less than 5 s. */
const PATIENCE = 2000;

/** Asks the server for a sign of life: why none came, or null. */
export async function redisProblem(url: string): Promise<string | null> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE,
    disconnectTimeout: 100,
    retryStrategy: () => null,
  });
  let last: Error | undefined;
  let timer: NodeJS.Timeout | undefined;
  client.on('error', (error) => (last = error));
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    await Promise.race([client.connect().then(() => client.ping()), late]);
    return null;
  } catch (error) {
    return (last ?? (error as Error)).message;
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

/** What to do about it. */
export const noRedis = (
  url: string,
  problem: string,
): string => `No Redis answers at ${withoutPassword(url)} (${problem}).
Start one (redis-server, or: docker compose up -d redis), name another with --redis URL or REDIS_URL,
or leave both out: npm run demo needs no server.`;

/** Fit for the screen. */
export const withoutPassword = (url: string): string => url.replace(/\/\/[^/]*@/, '//***@');
