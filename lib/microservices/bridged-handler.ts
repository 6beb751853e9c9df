import type { MessageHandler } from '@nestjs/microservices';
import { map, type MonoTypeOperatorFunction } from 'rxjs';
import type { Context } from '../context/context.js';
import { MoleculerError } from '../errors/moleculer.error.js';
import { messageOf } from '../errors/thrown.js';
import { severalFailed, severalValues } from '../messages/microservices.messages.js';
import { lastOf } from '../pipeline/last-value.js';
import { isObservableValue } from '../pipeline/outcome.js';
import type { Handler } from '../registry/service-definition.js';
import { keepErrorsOf } from './kept-errors.js';

/** Runs a handler with all that Nest has built around it, and gives what it gives. */
export type Run = (callback: MessageHandler, ctx: Context) => unknown;

/** `data` is the params, `@Ctx()` our context. */
export const runDirectly: Run = (callback, ctx) => callback(ctx.params, ctx) as unknown;

export function actionHandler(action: string, callback: MessageHandler, run: Run): Handler {
  const single = oneValue(action);
  return async (ctx) => {
    keepErrorsOf(ctx);
    const result = await run(callback, ctx);
    return isObservableValue(result) ? result.pipe(single) : result;
  };
}

/** All handlers that an application has for one event in one group: each of them gets it, and none harms another. */
export function eventHandler(event: string, callbacks: readonly MessageHandler[], run: Run): Handler {
  if (callbacks.length === 1) return oneListener(callbacks[0], run);
  const listeners = callbacks.map((callback) => oneListener(callback, run));
  return async (ctx) => {
    // Observables must have been run to the end before the event counts as handled.
    const outcomes = await Promise.allSettled(
      listeners.map(async (listener) => drained(await listener(ctx), ctx)),
    );
    const errors = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, severalFailed(event, errors.map(messageOf)));
  };
}

function oneListener(callback: MessageHandler, run: Run): Handler {
  return (ctx) => {
    keepErrorsOf(ctx);
    return run(callback, ctx);
  };
}

async function drained(result: unknown, ctx: Context): Promise<void> {
  if (isObservableValue(result)) await lastOf(result, ctx);
}

function oneValue(action: string): MonoTypeOperatorFunction<unknown> {
  return map((value, index) => {
    if (index > 0) throw new MoleculerError(severalValues(action), 501, 'SEVERAL_VALUES', { action });
    return value;
  });
}
