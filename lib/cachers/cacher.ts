/** Keeps results of actions. Which one is used is the option `cacher`; no cacher is built in this version. */
export abstract class Cacher {
  /** What is kept under a key; `undefined` for nothing. */
  abstract get(key: string): Promise<unknown>;
  /** Keeps a result.
   *
   * @param ttl seconds, as in Moleculer
   */
  abstract set(key: string, data: unknown, ttl?: number): Promise<void>;
  /** Drops single keys. */
  abstract del(key: string | string[]): Promise<void>;
  /** Drops many keys.
   *
   * @param pattern with wildcards as in event names. Default: all
   */
  abstract clean(pattern?: string | string[]): Promise<void>;
}
