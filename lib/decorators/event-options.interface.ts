import type { StrategyOption } from '../options/registry.options.js';

/**
 * Options of `@Event`; Moleculer's event definition. Open for merging; keys that are not known here go into INFO as they are, less
 * functions.
 */
export interface EventOptions {
  /** Of the listeners of one group, one receives an `emit`. Default: the service's name without its version. */
  group?: string;
  /** What the payload must be: a fastest-validator schema, a Standard Schema or a class; the handler gets the validator's output. */
  params?: object;
  /** Not built yet: refused at start. */
  debounce?: number;
  /** Not built yet: refused at start. */
  throttle?: number;
  /** Which node of a group receives an `emit`. Default: the broker's strategy. */
  strategy?: StrategyOption;
  strategyOptions?: object;
  /** Only announced: no spans in this version. */
  tracing?: boolean | object;
}
