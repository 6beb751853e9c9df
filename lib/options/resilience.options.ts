import type { MoleculerError } from '../errors/moleculer.error.js';

/** Trying failed calls again. Not built yet: `enabled: true` is refused at start. */
export interface RetryPolicyOptions {
  /** @default false */
  enabled?: boolean;
  /** How often a call is tried again. @default 5 */
  retries?: number;
  /** Wait before the first retry, ms. @default 100 */
  delay?: number;
  /** Longest wait, ms. @default 1000 */
  maxDelay?: number;
  /** By what the wait grows from one retry to the next; 1 = not. @default 2 */
  factor?: number;
  /** Which errors are worth a retry. @default errors with `retryable: true` */
  check?: (error: MoleculerError) => boolean;
}

/** Leaving out nodes that keep failing. Not built yet: `enabled: true` is refused at start. */
export interface CircuitBreakerOptions {
  /** @default false */
  enabled?: boolean;
  /** Share of failures that opens the circuit, 0 to 1. @default 0.5 */
  threshold?: number;
  /** Failures are counted over this long, **seconds**. @default 60 */
  windowTime?: number;
  /** Fewer requests than this never open it. @default 20 */
  minRequestCount?: number;
  /** From open to the first new try, ms. @default 10000 */
  halfOpenTime?: number;
  /** Which errors count. @default errors with a `code` of 500 or more */
  check?: (error: MoleculerError) => boolean;
}

/** Bounding how many requests of an action run at once. Not built yet: `enabled: true` is refused at start. */
export interface BulkheadOptions {
  /** @default false */
  enabled?: boolean;
  /** How many run at once. @default 10 */
  concurrency?: number;
  /** How many may wait. @default 100 */
  maxQueueSize?: number;
}
