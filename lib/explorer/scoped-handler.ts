import { ContextIdFactory, ModuleRef } from '@nestjs/core';
import type { ContextId } from '@nestjs/core';
import type { Context } from '../context/context.js';
import type { Handler } from '../registry/service-definition.js';
import type { FilterChain } from './behind-filters.js';
import type { HandlerTarget } from './handler-target.js';

/**
 * A handler of a request-scoped or durable class: an instance per call, or per tenant, in which Nest's `REQUEST` is the `Context`.
 *
 * @param compile Makes the handler of one instance.
 * @param filters Get what goes wrong while the instance is made.
 */
export function scopedHandler(
  { wrapper, host }: HandlerTarget,
  compile: (instance: object, contextId: ContextId) => Handler,
  filters: FilterChain | null,
): Handler {
  const ref = host.getProviderByKey(ModuleRef)?.instance as ModuleRef;
  const durable = wrapper.isDependencyTreeDurable();
  const prepare = async (ctx: Context): Promise<Handler> => {
    const contextId = ContextIdFactory.getByRequest(ctx as unknown as Record<string, unknown>);
    ref.registerRequestByContextId(requestOf(ctx, contextId, durable), contextId);
    const instance = await ref.resolve<object>(wrapper.token, contextId, { strict: true });
    return compile(instance, contextId);
  };
  return async (ctx) => {
    let handler: Handler;
    const { params } = ctx;
    try {
      handler = await prepare(ctx);
    } catch (error) {
      if (filters === null) throw error;
      return filters(ctx, params, error);
    }
    return handler(ctx);
  };
}

/** What Nest's own transports register: a context ID strategy's payload stands for the tenant, or is added to the request. */
function requestOf(ctx: Context, { payload }: { payload?: unknown }, durable: boolean): unknown {
  if (payload === undefined) return ctx;
  return durable ? payload : Object.assign(ctx, payload);
}
