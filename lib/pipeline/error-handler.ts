import { types } from 'node:util';
import type { Context } from '../context/context.js';
import { errorOf } from '../errors/thrown.js';
import type { Handler } from '../registry/service-definition.js';
import { later, laterStill } from './outcome.js';
import { isSeveral, oneOrSeveral } from './several-errors.js';

/** What `errorHandler` is told besides the error. */
export interface ErrorInfo {
  ctx: Context;
  service: Context['service'];
  action?: Context['action'];
  event?: Context['event'];
}

export type ErrorHandler = (error: Error, info: ErrorInfo) => unknown;

/** Moleculer's `errorHandler`: what it returns is the answer, what it throws is the error. */
export function withErrorHandler(handler: Handler, onError: ErrorHandler): Handler {
  const handle = (thrown: unknown, ctx: Context): unknown => {
    if (isSeveral(thrown)) return handleEach(thrown.errors, (error) => handle(error, ctx));
    const error = types.isNativeError(thrown) ? thrown : errorOf(thrown);
    const { service, action, event } = ctx;
    return onError(error, action ? { ctx, service, action } : { ctx, service, event });
  };
  return (ctx) => {
    let result: unknown;
    try {
      result = handler(ctx);
    } catch (thrown) {
      return handle(thrown, ctx);
    }
    const promise = later(result, ctx);
    if (promise === null) return result;
    return promise
      .then((value) => laterStill(value, ctx) ?? value)
      .catch((thrown: unknown) => handle(thrown, ctx));
  };
}

/** What is left of them after each has been handled is thrown. */
async function handleEach(errors: readonly unknown[], handle: (error: unknown) => unknown): Promise<unknown> {
  const results = await Promise.allSettled(errors.map(async (error) => handle(error)));
  const left = results.filter((result) => result.status === 'rejected');
  if (left.length > 0) throw oneOrSeveral(left.map(({ reason }) => reason as unknown));
  return (results[0] as PromiseFulfilledResult<unknown>).value;
}
