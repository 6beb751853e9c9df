/** Keeps results of actions. Which one is used is the option `cacher`; no cacher is built in this version. */
export abstract class Cacher {
  abstract get(key: string): Promise<unknown>;
  /** @param ttl seconds, as in Moleculer */
  abstract set(key: string, data: unknown, ttl?: number): Promise<void>;
  abstract del(key: string | string[]): Promise<void>;
  /** @param pattern keys to drop, with wildcards as in event names. Default: all */
  abstract clean(pattern?: string | string[]): Promise<void>;
}
