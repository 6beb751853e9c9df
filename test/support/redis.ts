import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

/** The URL of the Redis of this run. It may be somebody's: never flush, configure or stop it. */
export function redisUrl(): string {
  return inject('redisUrl');
}

/** A namespace that no other test, run or neighbour uses: pub/sub knows no databases, only names. */
export function uniqueNamespace(label = 't'): string {
  return `${label}-${process.pid}-${randomBytes(6).toString('hex')}`;
}
