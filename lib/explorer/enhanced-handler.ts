import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { defer } from 'rxjs';
import type { Context } from '../context/context.js';
import type { Handler } from '../registry/service-definition.js';
import type { FilterChain } from './filter-chain.js';
import type { PreRequestHook } from './global-enhancers.js';
import { payloadOf } from './handler-arguments.js';
import type { HandlerArguments } from './handler-arguments.js';
import { CONTEXT_TYPE, HandlerContext } from './handler-context.js';
import type { HandlerTarget } from './handler-target.js';
import { PAYLOAD } from '../decorators/argument-metadata.js';
import { lastValue } from './result.js';

/** Where Nest gets arguments from that are no custom ones. */
const paramsFactory = {
  exchangeKeyForValue: (type: number, key: unknown, args: unknown[]): unknown =>
    type === PAYLOAD ? payloadOf(key, args[0]) : null,
};

export interface EnhancedParts {
  readonly creator: ExternalContextCreator;
  readonly args: HandlerArguments;
  readonly hooks: readonly PreRequestHook[];
  /** null: no filter anywhere. */
  readonly filters: FilterChain | null;
  readonly contextId?: ContextId;
}

/** A handler behind guards, interceptors, pipes and filters: Nest's own chain, with `[params, ctx]` as arguments. */
export function enhancedHandler(target: HandlerTarget, instance: object, parts: EnhancedParts): Handler {
  const { creator, args, hooks, filters, contextId } = parts;
  const run = creator.create(
    instance as Record<string, unknown>,
    target.method,
    target.methodName,
    args.metadataKey,
    paramsFactory as never,
    contextId,
    target.wrapper.id,
    { guards: true, interceptors: true, filters: false },
    CONTEXT_TYPE,
  ) as (params: unknown, ctx: Context) => Promise<unknown>;
  const handler: Handler =
    hooks.length === 0 ? (ctx) => run(ctx.params, ctx) : behindHooks(target, hooks, run);
  return filters === null ? handler : behindFilters(handler, filters);
}

function behindFilters(handler: Handler, filters: FilterChain): Handler {
  return async (ctx) => {
    try {
      return await handler(ctx);
    } catch (error) {
      return filters(ctx, error);
    }
  };
}

/** As Nest 12 does for its own transports: hooks see the handler, guards included, as an Observable. */
function behindHooks(
  target: HandlerTarget,
  hooks: readonly PreRequestHook[],
  run: (params: unknown, ctx: Context) => Promise<unknown>,
): Handler {
  return async (ctx) => {
    const context = new HandlerContext(ctx, target.type, target.method);
    const handler = defer(() => run(ctx.params, ctx));
    let index = 0;
    const next = () =>
      (index < hooks.length ? hooks[index++](context, next) : handler) as ReturnType<typeof defer>;
    return lastValue(await (next() as unknown));
  };
}
