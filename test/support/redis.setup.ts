import type { TestProject } from 'vitest/node';
import { findRedis } from '../../scripts/find-redis.mjs';
import { findLauncher } from '../../scripts/redis-launcher.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string;
    /** Starts servers that a test may stop and configure: a program with the arguments of redis-server. */
    redisProgram: string;
    /** Not empty: the program runs containers, which this signals by name. */
    redisDocker: string;
  }
}

/** Before the first file that needs one: finds or starts a Redis; afterwards stops it, if it was started here. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const redis = await findRedis({ log: (line: string) => console.log(line) });
  const launcher = await findLauncher({ log: (line: string) => console.log(line) }).catch(
    async (error: unknown) => {
      await redis.stop();
      throw error;
    },
  );
  console.log(`Redis: ${redis.how}; servers of our own: ${launcher.how}`);
  project.provide('redisProgram', launcher.program);
  project.provide('redisDocker', launcher.docker ?? '');
  project.provide('redisUrl', redis.url);
  process.env.TEST_REDIS_URL = redis.url;
  return async () => {
    launcher.dispose();
    await redis.stop();
  };
}
