import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { PAYLOAD } from '../decorators/argument-metadata.js';
import { payloadOf } from './handler-arguments.js';
import type { HandlerArguments } from './handler-arguments.js';
import type { Invoke } from './chain/invoke.js';
import { CONTEXT_TYPE } from './handler-context.js';
import type { HandlerTarget } from './handler-target.js';

/** Where Nest gets arguments from that are no custom ones. */
const paramsFactory = {
  exchangeKeyForValue: (type: number, key: unknown, args: unknown[]): unknown =>
    type === PAYLOAD ? payloadOf(key, args[0]) : null,
};

/** A handler behind guards, interceptors and pipes: Nest's own chain, with `[params, ctx]` as arguments. */
export function nestChain(
  creator: ExternalContextCreator,
  target: HandlerTarget,
  instance: object,
  { metadataKey }: HandlerArguments,
  contextId: ContextId | undefined,
): Invoke {
  const run = creator.create(
    instance as Record<string, unknown>,
    target.method,
    target.methodName,
    metadataKey,
    paramsFactory as never,
    contextId,
    target.wrapper.id,
    { guards: true, interceptors: true, filters: false },
    CONTEXT_TYPE,
  );
  return (args) => run(...args) as unknown;
}
