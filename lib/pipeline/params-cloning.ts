import type { Handler } from '../registry/service-definition.js';

/** `contextParamsCloning`: a local handler that changes its params does not change the caller's (Moleculer). */
export function withClonedParams(handler: Handler): Handler {
  return (ctx) => {
    ctx.params = structuredClone(ctx.params);
    return handler(ctx);
  };
}
