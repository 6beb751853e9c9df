import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

/** The URL of the Redis of this run. It may be somebody's: never flush, configure or stop it. */
export function redisUrl(): string {
  return inject('redisUrl');
}

/** The program that starts servers which a test may stop and configure; takes the arguments of redis-server. */
export function redisProgram(): string {
  return inject('redisProgram');
}

/** A namespace that no other test, run or neighbour uses: pub/sub knows no databases, only names. */
export function uniqueNamespace(label = 't'): string {
  return `${label}-${process.pid}-${randomBytes(6).toString('hex')}`;
}
