import type { Context } from '../context/context.js';
import { later, laterStill } from '../pipeline/outcome.js';
import type { Handler } from '../registry/service-definition.js';

/**
 * Gives an error to the handler's exception filters: their answer is the result, what they throw the error.
 *
 * @param params as they came; those of the context may have been replaced
 */
export type FilterChain = (ctx: Context, params: unknown, error: unknown) => unknown;

/** Runs a handler whose errors go to filters, whether it throws, rejects or answers with an Observable that fails. */
export function behindFilters(handler: Handler, filters: FilterChain | null): Handler {
  if (filters === null) return handler;
  return (ctx) => {
    const { params } = ctx;
    try {
      const result = handler(ctx);
      const promise = later(result, ctx);
      return promise === null ? result : settle(promise, ctx, params, filters);
    } catch (error) {
      return filters(ctx, params, error);
    }
  };
}

async function settle(
  result: Promise<unknown>,
  ctx: Context,
  params: unknown,
  filters: FilterChain,
): Promise<unknown> {
  try {
    const value = await result;
    const more = laterStill(value, ctx);
    return more === null ? value : await more;
  } catch (error) {
    return filters(ctx, params, error);
  }
}
