import { redisProblem, withoutPassword } from './demo/redis.js';

/** The Redis of samples that need one: `REDIS_URL`, else one on this machine. Without an answer the sample says so and ends. */
export async function redisUrl(): Promise<string> {
  const url = process.env['REDIS_URL'] || 'redis://127.0.0.1:6379';
  const problem = await redisProblem(url);
  if (problem === null) return url;
  console.error(`No Redis answers at ${withoutPassword(url)} (${problem}).
Start one (redis-server, or: docker compose up -d redis), or name another: REDIS_URL=redis://host:6379`);
  process.exit(1);
}
