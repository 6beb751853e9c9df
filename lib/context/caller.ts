import type { CallOptions, EmitOptions } from './call-options.js';
import type {
  ActionName,
  ActionResult,
  ActionTypes,
  CallArgs,
  CallDef,
  EmitArgs,
  EventTypes,
  IfSet,
  Settled,
  TypedCallDef,
  Unset,
} from './contract.types.js';

/** What the broker and a context have in common: they call actions and send events. */
export abstract class Caller {
  /**
   * Calls an action by its full name, on this node or another.
   *
   * @throws ServiceNotFoundError nobody ever offered it
   * @throws ServiceNotAvailableError its nodes are gone
   * @throws RequestTimeoutError no answer within `timeout` ms
   * @throws BrokerDisconnectedError no connection to the cluster (the message says whether the call may have run)
   * @throws RequestRejectedError the callee's node was lost
   * @throws whatever the handler threw, rebuilt with class, code, type and data
   */
  call<R = Unset, P = unknown>(action: IfSet<R, string>, params?: P, opts?: CallOptions): Promise<NoInfer<R>>;
  call<A extends string>(action: A | keyof ActionTypes, ...args: CallArgs<A>): Promise<ActionResult<A>>;
  call(action: string, params?: unknown, opts?: CallOptions): Promise<unknown> {
    return this.invoke(action, params, opts);
  }

  /**
   * Several calls at once, results in the same shape as the definitions: an array, or an object by name. Rejects with the first
   * error, unless `settled: true`. Options given here apply to each call that has none of its own.
   */
  mcall<const A extends readonly ActionName[], O extends { settled?: boolean }>(
    defs: { readonly [I in keyof A]: TypedCallDef<A[I]> },
    opts?: O & CallOptions,
  ): Promise<{ -readonly [I in keyof A]: Settled<ActionResult<A[I]>, O> }>;
  mcall<const A extends Readonly<Record<string, ActionName>>, O extends { settled?: boolean }>(
    defs: { readonly [I in keyof A]: TypedCallDef<A[I]> },
    opts?: O & CallOptions,
  ): Promise<{ -readonly [I in keyof A]: Settled<ActionResult<A[I]>, O> }>;
  mcall(
    defs: readonly CallDef[] | Record<string, CallDef>,
    opts?: { settled?: boolean } & CallOptions,
  ): Promise<unknown> {
    return this.invokeMany(defs, opts);
  }

  /** Sends an event to one receiver of each group. Resolves when the local handlers are done and the packets are handed over. */
  emit<E extends string>(event: E | keyof EventTypes, ...args: EmitArgs<E>): Promise<void>;
  emit(event: string, payload?: unknown, opts?: EmitOptions): Promise<void> {
    return this.send('emit', event, payload, opts);
  }

  /** Sends an event to every receiver. */
  broadcast<E extends string>(event: E | keyof EventTypes, ...args: EmitArgs<E>): Promise<void>;
  broadcast(event: string, payload?: unknown, opts?: EmitOptions): Promise<void> {
    return this.send('broadcast', event, payload, opts);
  }

  /** @internal */
  protected abstract invoke(action: string, params: unknown, opts: CallOptions | undefined): Promise<unknown>;
  /** @internal */
  protected abstract invokeMany(
    defs: readonly CallDef[] | Record<string, CallDef>,
    opts: ({ settled?: boolean } & CallOptions) | undefined,
  ): Promise<unknown>;
  /** @internal */
  protected abstract send(
    kind: 'emit' | 'broadcast',
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void>;
}
