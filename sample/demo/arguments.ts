import { parseArgs } from 'node:util';

export interface DemoArguments {
  /** null: one process, no server. */
  redis: string | null;
  repl: boolean;
}

export const USAGE = `Usage: npm run demo [-- options]

  --redis URL   several processes over this Redis (redis:// or rediss://), a real Moleculer.js node among them;
                the environment variable REDIS_URL does the same. Default: one process, no server
  --repl        open a prompt on one of the nodes after the story
  --help        this text`;

/** The arguments do not make sense: the message says why. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/**
 * @returns null if help is wanted
 * @throws UsageError
 */
export function readArguments(args: string[], env: NodeJS.ProcessEnv): DemoArguments | null {
  const { redis, repl, help } = parse(args);
  if (help) return null;
  const url = redis ?? (env.REDIS_URL || null);
  if (url !== null && !isRedisUrl(url)) {
    throw new UsageError(
      `${redis === undefined ? 'REDIS_URL' : '--redis'} needs a URL such as redis://localhost:6379`,
    );
  }
  return { redis: url, repl: repl ?? false };
}

function parse(args: string[]) {
  const options = {
    redis: { type: 'string' },
    repl: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const isRedisUrl = (url: string): boolean => /^rediss?:\/\/./.test(url) && URL.canParse(url);
