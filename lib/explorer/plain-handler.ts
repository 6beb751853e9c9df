import type { Handler } from '../registry/service-definition.js';
import { takeContext, takeParams } from './handler-arguments.js';
import type { Take } from './handler-arguments.js';
import type { Method } from './handler-target.js';

/** A handler without enhancers: the method itself, Observables to be unwrapped by who runs it. Written out for few arguments, so that a call makes no array and runs no loop. */
export function plainHandler(instance: object, method: Method, takes: readonly Take[]): Handler {
  const [first, second, third] = takes as [Take, Take, Take];
  switch (takes.length) {
    case 1:
      return first === takeParams
        ? (ctx) => method.call(instance, ctx.params)
        : (ctx) => method.call(instance, first(ctx));
    case 2:
      return first === takeParams && second === takeContext
        ? (ctx) => method.call(instance, ctx.params, ctx)
        : (ctx) => method.call(instance, first(ctx), second(ctx));
    case 3:
      return (ctx) => method.call(instance, first(ctx), second(ctx), third(ctx));
    default:
      return (ctx) => {
        const args = new Array<unknown>(takes.length);
        for (let i = 0; i < takes.length; i++) args[i] = takes[i](ctx);
        return method.apply(instance, args);
      };
  }
}
