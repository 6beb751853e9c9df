import type { Handler } from '../../registry/service-definition.js';

/**
 * One layer of a compiled chain with all that is inside it. Takes what Nest calls the arguments, `[params, ctx]`; returns a value, a
 * promise or an Observable, or throws. At once as long as nothing inside it has to wait.
 */
export type Invoke = (args: unknown[]) => unknown;

export const asHandler =
  (run: Invoke): Handler =>
  (ctx) =>
    run([ctx.params, ctx]);

/** As `await` sees it. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  typeof (value as { then?: unknown }).then === 'function';
