import { ModuleRef } from '@nestjs/core';
import type { ContextId } from '@nestjs/core';
import type { Context } from '../context/context.js';
import { MoleculerError } from '../errors/moleculer.error.js';
import { instanceNotMade, otherClassMade } from '../messages/explorer.messages.js';
import type { Handler } from '../registry/service-definition.js';
import type { FilterChain } from './behind-filters.js';
import { isMishap } from './filter-failure.js';
import type { HandlerTarget } from './handler-target.js';
import { RequestRegister } from './request-register.js';

/**
 * A handler of a request-scoped or durable class: an instance per call, or per tenant, in which Nest's `REQUEST` is the `Context`.
 *
 * @param compile Makes the handler of one instance.
 * @param filters Get what goes wrong while the instance is made.
 */
export function scopedHandler(
  target: HandlerTarget,
  compile: (instance: object, contextId: ContextId) => Handler,
  filters: FilterChain | null,
): Handler {
  const { wrapper, host, origin } = target;
  const ref = host.getProviderByKey(ModuleRef)?.instance as ModuleRef;
  const requests = new RequestRegister(ref, wrapper.isDependencyTreeDurable());
  const prepare = async (ctx: Context): Promise<Handler> => {
    const contextId = requests.contextIdOf(ctx);
    const instance = await ref.resolve<object>(wrapper.token, contextId, { strict: true });
    if (wrapper.isNotMetatype && !hasMethod(instance, target)) throw new Error(otherClassMade(origin));
    return compile(instance, contextId);
  };
  return async (ctx) => {
    let handler: Handler;
    const { params } = ctx;
    try {
      handler = await prepare(ctx);
    } catch (error) {
      if (filters === null) throw notMade(error, origin, ctx);
      return withoutInstance(filters(ctx, params, error), error, origin, ctx);
    }
    return handler(ctx);
  };
}

/** A factory is known by its token alone until it runs. */
const hasMethod = (instance: object, { methodName, method }: HandlerTarget): boolean =>
  (instance as Record<string, unknown>)[methodName] === method;

/** Filters have the first word, and get the error as it is. */
async function withoutInstance(
  filtered: unknown,
  error: unknown,
  origin: string,
  ctx: Context,
): Promise<unknown> {
  try {
    return await filtered;
  } catch (thrown) {
    throw thrown === error ? notMade(error, origin, ctx) : thrown;
  }
}

/** What a constructor throws on purpose reaches the caller; for what went wrong, in Nest's injector say, stands an error that says where. */
function notMade(error: unknown, origin: string, ctx: Context): unknown {
  if (!isMishap(error) && !isOfNest(error)) return error;
  const data = { action: ctx.action?.name, event: ctx.eventName ?? undefined, nodeID: ctx.broker.nodeID };
  const standing = new MoleculerError(instanceNotMade(origin, error.message), 500, 'INSTANCE_NOT_MADE', data);
  if (error.stack !== undefined) standing.stack = error.stack;
  Object.defineProperty(standing, 'cause', { value: error, configurable: true, writable: true });
  return standing;
}

/** Nest's `RuntimeException`, told by its shape. */
const isOfNest = (error: unknown): error is Error =>
  error instanceof Error && typeof (error as { what?: unknown }).what === 'function';
