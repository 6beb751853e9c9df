import type { MessageHandler } from '@nestjs/microservices';
import { finalize } from 'rxjs';
import type { Context } from '../context/context.js';
import { isObservableValue } from '../pipeline/outcome.js';
import { type Run, runDirectly } from './bridged-handler.js';

/** What `setOnProcessingStartHook` and `setOnProcessingEndHook` of Nest's servers have set; undefined: nobody has. */
export interface ProcessingHooks {
  start?(ctx: Context, done: () => Promise<unknown>): void;
  end?(ctx: Context): void;
}

/** Runs handlers between the hooks that tracing tools set, as the transports of Nest do; without any it costs nothing. */
export function withHooks(hooks: () => ProcessingHooks): Run {
  return (callback, ctx) => {
    const { start, end } = hooks();
    if (start === undefined && end === undefined) return runDirectly(callback, ctx);
    return new Promise((resolve, reject) => {
      const done = () => between(callback, ctx, () => end?.(ctx)).then(resolve, reject);
      if (start === undefined) void done();
      else start(ctx, done);
    });
  };
}

async function between(callback: MessageHandler, ctx: Context, end: () => void): Promise<unknown> {
  let result: unknown;
  try {
    result = await runDirectly(callback, ctx);
  } catch (error) {
    end();
    throw error;
  }
  if (isObservableValue(result)) return result.pipe(finalize(end));
  end();
  return result;
}
