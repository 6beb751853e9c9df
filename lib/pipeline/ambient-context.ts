import { runInContext } from '../context/ambient.js';
import type { Context } from '../context/context.js';
import type { Handler } from '../registry/service-definition.js';
import { later, laterStill } from './outcome.js';

/** `ambientContext`: all that the handler does happens in its context, the Observable it returns included. */
export function withAmbientContext(handler: Handler): Handler {
  const run = (ctx: Context): unknown => {
    const result = handler(ctx);
    // Whoever runs handlers would subscribe outside.
    const promise = later(result, ctx);
    return promise === null ? result : promise.then((value) => laterStill(value, ctx) ?? value);
  };
  return (ctx) => runInContext(ctx, run);
}
