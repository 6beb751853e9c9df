import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import type { Context } from '../context/context.js';
import { FILTERS } from '../decorators/metadata.keys.js';
import { filterFailed } from '../messages/explorer.messages.js';
import { CONTEXT_TYPE } from './handler-context.js';
import type { HandlerTarget } from './handler-target.js';
import { lastValue } from './result.js';

/** Gives an error to the handler's exception filters: their answer is the result, what they throw the error. */
export type FilterChain = (ctx: Context, error: unknown) => Promise<unknown>;

const logger = new Logger('Moleculer');

/**
 * Filters run apart from the handler, so that a filter that itself fails (one written for HTTP, say) does not hide the first error.
 * Nest finds and chooses them: it is given a handler that does nothing but throw.
 *
 * @param creator One of its own: Nest 11 caches by class and method.
 */
export function filterChain(
  creator: ExternalContextCreator,
  target: HandlerTarget,
  instance: object,
  contextId: ContextId | undefined,
): FilterChain {
  const errors = new WeakMap<Context, unknown>();
  const rethrow = (_params: unknown, ctx: Context): never => {
    throw errors.get(ctx);
  };
  Reflect.defineMetadata(FILTERS, Reflect.getMetadata(FILTERS, target.method) ?? [], rethrow);
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

  return async (ctx, error) => {
    errors.set(ctx, error);
    let answer: unknown;
    try {
      answer = await run(ctx.params, ctx);
    } catch (thrown) {
      if (thrown === error || !isMishap(thrown)) throw thrown;
      logger.error(filterFailed(target.origin, thrown.message), thrown.stack);
      throw error;
    }
    // The way of Nest's own RPC filters: `throwError(() => …)`.
    return lastValue(answer);
  };
}

const LANGUAGE_ERRORS: readonly unknown[] = [
  Error,
  TypeError,
  RangeError,
  ReferenceError,
  SyntaxError,
  EvalError,
  URIError,
  AggregateError,
];

/** A filter that means to answer with another error throws one of a class of its own; the rest went wrong. */
const isMishap = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && LANGUAGE_ERRORS.includes(thrown.constructor);
