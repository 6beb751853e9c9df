import { ContextIdFactory } from '@nestjs/core';
import type { ContextId, ModuleRef } from '@nestjs/core';
import type { Context } from '../context/context.js';

/** Tells Nest, once a call, what `REQUEST` is in what it makes for the call; as Nest's own transports do. */
export class RequestRegister {
  /** Where Nest looks for the ID on a request. */
  private readonly mark = contextIdKey();

  constructor(
    private readonly ref: ModuleRef,
    /** Whether the instances outlive the call. */
    private readonly durable: boolean,
  ) {}

  /**
   * The same each time for one context, also for `ContextIdFactory.getByRequest(ctx)` in user's code: what is resolved with it is what the
   * handler has.
   */
  contextIdOf(ctx: Context): ContextId {
    const { mark } = this;
    const contextId = ContextIdFactory.getByRequest(ctx as unknown as Record<string, unknown>);
    if (mark !== null) {
      if (Object.hasOwn(ctx, mark)) return contextId;
      Object.defineProperty(ctx, mark, { value: contextId });
    }
    this.ref.registerRequestByContextId(this.requestOf(ctx, contextId), contextId);
    return contextId;
  }

  /** A strategy's payload stands for the tenant: never the context of his first call, which the later ones would see. Else it is added. */
  private requestOf(ctx: Context, { payload, getParent }: ContextId): unknown {
    if (this.durable && getParent !== undefined) return payload;
    if (typeof payload === 'object' && payload !== null) {
      for (const [key, value] of Object.entries(payload)) {
        if (!(key in ctx)) (ctx as unknown as Record<string, unknown>)[key] = value;
      }
    }
    return ctx;
  }
}

/** Nest does not export it, but reads it first. */
function contextIdKey(): symbol | null {
  let found: symbol | null = null;
  const request = new Proxy(
    {},
    {
      get(_, key) {
        if (typeof key === 'symbol') found ??= key;
        return { id: 0 };
      },
    },
  );
  ContextIdFactory.getByRequest(request);
  return found;
}
