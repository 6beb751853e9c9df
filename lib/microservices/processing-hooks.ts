import type { MessageHandler } from '@nestjs/microservices';
import { finalize } from 'rxjs';
import type { Context } from '../context/context.js';
import { hearRejection } from '../errors/unheard.js';
import { isObservableValue } from '../pipeline/outcome.js';
import { oneOrSeveral } from '../pipeline/several-errors.js';
import { type Run, runDirectly } from './bridged-handler.js';

/** What `setOnProcessingStartHook` and `setOnProcessingEndHook` of Nest's servers have set; undefined: nobody has. */
export interface ProcessingHooks {
  start?(ctx: Context, done: () => Promise<unknown>): unknown;
  end?(ctx: Context): unknown;
}

/**
 * Runs handlers between the hooks that tracing tools set, as the transports of Nest do; without any it costs nothing.
 *
 * @param report hears of an end hook that is async, and fails when the answer is on its way
 */
export function withHooks(hooks: () => ProcessingHooks, report: (error: unknown) => void): Run {
  return (callback, ctx) => {
    const { start, end } = hooks();
    if (start === undefined && end === undefined) return runDirectly(callback, ctx);
    return new Promise((resolve, reject) => {
      const ended = () => void hearRejection(end?.(ctx), report);
      const done = () => between(callback, ctx, ended).then(resolve, reject);
      if (start === undefined) void done();
      else hearRejection(start(ctx, done), reject);
    });
  };
}

async function between(callback: MessageHandler, ctx: Context, end: () => void): Promise<unknown> {
  let result: unknown;
  try {
    result = await runDirectly(callback, ctx);
  } catch (error) {
    throw oneOrSeveral([error, ...failuresOf(end)]);
  }
  if (isObservableValue(result)) return result.pipe(finalize(end));
  end();
  return result;
}

function failuresOf(end: () => void): unknown[] {
  try {
    end();
    return [];
  } catch (error) {
    return [error];
  }
}
