import 'reflect-metadata';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import type { Context } from '../context/context.js';
import { FILTERS } from '../decorators/metadata.keys.js';
import type { FilterChain } from './behind-filters.js';
import { errorAfterFilter } from './filter-failure.js';
import { CONTEXT_TYPE } from './handler-context.js';
import type { HandlerTarget } from './handler-target.js';

/** Filters as they are for an instance, and for what Nest makes for one call. */
export type FilterChains = (instance: object, contextId?: ContextId) => FilterChain;

/**
 * Filters run by Nest, apart from the handler, so that a filter that itself fails (one written for HTTP, say) does not hide the first
 * error. Nest finds and chooses them: it is given a handler that does nothing but throw.
 *
 * @param creator One of its own: Nest 11 caches by class and method.
 */
export function filterChains(creator: ExternalContextCreator, target: HandlerTarget): FilterChains {
  const errors = new WeakMap<Context, unknown>();
  const rethrow = (_params: unknown, ctx: Context): never => {
    throw errors.get(ctx);
  };
  Reflect.defineMetadata(FILTERS, Reflect.getMetadata(FILTERS, target.method) ?? [], rethrow);

  return (instance, contextId) => {
    const run = creator.create(
      instance as Record<string, unknown>,
      rethrow as (...args: unknown[]) => unknown,
      target.methodName,
      undefined,
      undefined,
      contextId,
      target.wrapper.id,
      { guards: false, interceptors: false, filters: true },
      CONTEXT_TYPE,
    ) as (params: unknown, ctx: Context) => Promise<unknown>;

    return async (ctx, params, error) => {
      errors.set(ctx, error);
      try {
        return await run(params, ctx);
      } catch (thrown) {
        throw errorAfterFilter(target.origin, error, thrown);
      }
    };
  };
}
