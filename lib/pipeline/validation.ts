import type { Context } from '../context/context.js';
import type { Handler } from '../registry/service-definition.js';

/** Checks params; returns what the handler shall get, or throws. */
export type Check = (params: unknown, ctx: Context) => unknown;

/** The handler gets the validator's output: defaults filled in, values converted. */
export function withValidation(handler: Handler, check: Check): Handler {
  return (ctx) => {
    const output = check(ctx.params, ctx);
    if (output instanceof Promise) {
      return output.then((params: unknown) => {
        ctx.params = params;
        return handler(ctx);
      });
    }
    ctx.params = output;
    return handler(ctx);
  };
}
