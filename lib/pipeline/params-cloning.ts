import type { Handler } from '../registry/service-definition.js';

/**
 * `contextParamsCloning`: a local handler that changes its params does not change the caller's (Moleculer). A call that says
 * `paramsCloning` has had its way by then.
 */
export function withClonedParams(handler: Handler): Handler {
  return (ctx) => {
    if (ctx.paramsCloning == null) ctx.setParams(ctx.params, true);
    return handler(ctx);
  };
}
