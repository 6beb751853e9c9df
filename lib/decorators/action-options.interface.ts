import type { Context } from '../context/context.js';
import type {
  BulkheadOptions,
  CircuitBreakerOptions,
  RetryPolicyOptions,
} from '../options/resilience.options.js';
import type { ReturnsMode } from '../options/returns.options.js';
import type { StrategyOption } from '../options/registry.options.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- `any` is what an option takes whose context type is the user's affair */

/** Who may call an action: everyone and API gateways; everyone; this node; this service's own code. */
export type ActionVisibility = 'published' | 'public' | 'protected' | 'private';

/** Caching of an action's results. No cacher is built in this version: the setting is announced and does nothing. */
export interface ActionCacheOptions {
  /** Whether results are kept, or what decides it. */
  enabled?: boolean | ((ctx: Context<any>) => boolean);
  /** Params (`'id'`) and meta (`'#user.id'`) that make up the key. Default: all params. */
  keys?: string[];
  /** **Seconds**. */
  ttl?: number;
  /** Makes the key. Default: of action, params and meta. */
  keygen?: (action: string, params: any, meta: any, keys: string[] | null) => string;
}

/**
 * Options of `@Action`; Moleculer's action definition. Open for merging; keys that are not known here go into INFO as they are, less
 * functions, so that gateways and the like can read them.
 */
export interface ActionOptions<S = any> {
  /** Without the service's name. Default: the method's name. */
  name?: string;
  /** What the params must be: a fastest-validator schema, a Standard Schema or a class; the handler gets the validator's output. */
  params?: S;
  /** What the result must be: a schema of the same kinds; callers get the validator's output. */
  returns?: object;
  /** What happens to a result that does not fit. Default: the module's `validateReturns`. */
  validateReturns?: ReturnsMode;
  cache?: boolean | ActionCacheOptions;
  /** ms; 0 = none. Default: the caller's `requestTimeout`. */
  timeout?: number;
  /** Default `'published'`. */
  visibility?: ActionVisibility;
  /** For API gateways: `'GET /users'` and the like. Only announced. */
  rest?: string | string[] | object;
  /** Not built yet: refused at start. */
  fallback?: string | ((ctx: Context<any>, error: Error) => unknown);
  /** Not built yet: refused at start when enabled. */
  retryPolicy?: RetryPolicyOptions;
  /** Not built yet: refused at start when enabled. */
  circuitBreaker?: CircuitBreakerOptions;
  /** Not built yet: refused at start when enabled. */
  bulkhead?: BulkheadOptions;
  /** Who serves a call if several nodes could. Default: the broker's strategy. */
  strategy?: StrategyOption;
  strategyOptions?: object;
  /** Only announced: no spans in this version. */
  tracing?: boolean | object;
}
