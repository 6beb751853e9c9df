import type { ArgumentsHost, ExecutionContext, Type } from '@nestjs/common';
import { Context } from '../context/context.js';
import type { Method } from './handler-target.js';

/** The type of the execution context: enhancers written for Nest's own transports work unchanged. */
export const CONTEXT_TYPE = 'rpc';

/** Nest's execution context of one run of a handler, for what Nest does not build one for itself. */
export class HandlerContext implements ExecutionContext {
  constructor(
    private readonly ctx: Context,
    private readonly type: Function,
    private readonly method: Method,
  ) {}

  getClass<T>(): Type<T> {
    return this.type as Type<T>;
  }

  getHandler(): Function {
    return this.method;
  }

  getArgs<T extends unknown[]>(): T {
    return [this.ctx.params, this.ctx] as unknown as T;
  }

  getArgByIndex<T>(index: number): T {
    return this.getArgs()[index] as T;
  }

  getType<T extends string>(): T {
    return CONTEXT_TYPE as T;
  }

  switchToRpc(): ReturnType<ArgumentsHost['switchToRpc']> {
    return { getData: () => this.getArgByIndex(0), getContext: () => this.getArgByIndex(1) };
  }

  switchToHttp(): ReturnType<ArgumentsHost['switchToHttp']> {
    return {
      getRequest: () => this.getArgByIndex(0),
      getResponse: () => this.getArgByIndex(1),
      getNext: () => this.getArgByIndex(2),
    };
  }

  switchToWs(): ReturnType<ArgumentsHost['switchToWs']> {
    return {
      getClient: () => this.getArgByIndex(0),
      getData: () => this.getArgByIndex(1),
      getPattern: () => this.getArgByIndex(2),
    };
  }
}

/**
 * Whether a guard, interceptor or filter runs on a handler of ours. `getType()` is `'rpc'` for other transports as well.
 *
 * @publicApi
 */
export const isMoleculerContext = (host: ArgumentsHost): boolean =>
  host.getType<string>() === CONTEXT_TYPE && host.getArgByIndex<unknown>(1) instanceof Context;
