import type { ArgumentsHost, ExecutionContext, Type } from '@nestjs/common';
import { Context } from '../context/context.js';

/** The type of the execution context: enhancers written for Nest's own transports work unchanged. */
export const CONTEXT_TYPE = 'rpc';

/** Nest's execution context of one run of a handler. As Nest's own, it hands out the very array of arguments. */
export class HandlerContext implements ExecutionContext {
  /** `type` and `method` are null for filters: Nest does not tell them. */
  constructor(
    private readonly args: unknown[],
    private readonly type: Function | null,
    private readonly method: Function | null,
  ) {}

  getClass<T>(): Type<T> {
    return this.type as Type<T>;
  }

  getHandler(): Function {
    return this.method as Function;
  }

  getArgs<T extends unknown[]>(): T {
    return this.args as T;
  }

  getArgByIndex<T>(index: number): T {
    return this.args[index] as T;
  }

  getType<T extends string>(): T {
    return CONTEXT_TYPE as T;
  }

  /** Of `switchToRpc()`, which needs no other object. */
  getData<T>(): T {
    return this.args[0] as T;
  }

  /** Of `switchToRpc()`. */
  getContext<T>(): T {
    return this.args[1] as T;
  }

  switchToRpc(): ReturnType<ArgumentsHost['switchToRpc']> {
    return this;
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
