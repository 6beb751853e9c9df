import type { Context } from '../context/context.js';
import { normaliseError } from '../errors/normalise-error.js';
import type { Handler } from '../registry/service-definition.js';
import { later, laterStill } from './outcome.js';

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
    const error = thrown instanceof Error ? thrown : normaliseError(thrown);
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
