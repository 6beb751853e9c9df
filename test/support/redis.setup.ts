import type { TestProject } from 'vitest/node';
import { findRedis } from '../../scripts/find-redis.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string;
  }
}

/** Before the first file that needs one: finds or starts a Redis; afterwards stops it, if it was started here. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const redis = await findRedis({ log: (line: string) => console.log(line) });
  console.log(`Redis: ${redis.how}`);
  project.provide('redisUrl', redis.url);
  process.env.TEST_REDIS_URL = redis.url;
  return () => redis.stop();
}
