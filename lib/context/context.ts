import type { Readable } from 'node:stream';
import type { ServiceBroker } from '../broker/service-broker.js';
import type { CallOptions, EmitOptions } from './call-options.js';
import { Caller } from './caller.js';
import type { ContextEndpoint, ContextHost, ContextService } from './context-host.js';
import type { CallDef } from './contract.types.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- free-form maps: an interface given as M, L or H fits `any` values only */
type FreeForm = Record<string, any>;

/** @internal */
export interface Watcher {
  abort(reason: Error): void;
}

/** Shared by all contexts that were given no options. */
export const NO_OPTIONS: CallOptions = Object.freeze({});

/**
 * What a handler knows of its call or event: Moleculer's `Context`, less spans. One flat object; IDs, meta, headers and locals
 * come into being when first read.
 */
export class Context<
  P = unknown,
  M extends object = FreeForm,
  L extends object = FreeForm,
  H extends object = FreeForm,
> extends Caller {
  /** Depth of the chain of calls; 1 for a root call. */
  level = 1;
  /** ID of the calling context. */
  parentID: string | null = null;
  /** Full name of the calling *service*. */
  caller: string | null = null;
  /** The sampling decision that came with the call, passed on to nested calls. */
  tracing: boolean | null = null;
  /** Node ID: in a handler that of the sender, after a call that of the callee. */
  nodeID: string;
  params: P;
  /** The name the event was sent under (patterns may match many); null in actions. */
  eventName: string | null = null;
  eventType: 'emit' | 'broadcast' | 'broadcastLocal' | null = null;
  /** Groups the sender chose; null: all. */
  eventGroups: string[] | null = null;
  /** Incoming stream; null until streams are built. */
  readonly stream: Readable | null = null;

  /** @internal */ endpoint: ContextEndpoint | null;
  /** @internal 0 = not started, else scheduler time in ms */ deadline = 0;
  /** @internal effective timeout in ms, 0 = none, null = not decided */ timeout: number | null = null;
  /** @internal */ parent: Context | null = null;
  /** @internal */ ownID: string | null = null;
  /** @internal */ ownRequestID: string | null = null;
  /** @internal */ ownMeta: M | null = null;
  /** @internal */ ownHeaders: H | null = null;
  /** @internal */ ownResponseHeaders: H | null = null;
  private ownLocals: L | null = null;
  private origin: Context | null = null;
  private abortion: AbortController | null = null;
  private abortReason: Error | null = null;
  private watchers: Watcher[] | null = null;
  private readonly host: ContextHost;
  private readonly given: CallOptions;

  /** @internal */
  constructor(host: ContextHost, endpoint: ContextEndpoint | null, params: P, options: CallOptions) {
    super();
    this.host = host;
    this.endpoint = endpoint;
    this.params = params;
    this.given = options;
    this.nodeID = endpoint === null ? host.nodeID : endpoint.nodeID;
  }

  get broker(): ServiceBroker {
    return this.host as unknown as ServiceBroker;
  }

  /** Unique in the cluster; on the wire the correlation key. */
  get id(): string {
    return (this.ownID ??= this.host.newID());
  }

  /** The same along a chain of calls; of a root call its own `id`. */
  get requestID(): string {
    return (this.ownRequestID ??= this.origin === null ? this.id : this.origin.requestID);
  }

  /** Shares the request ID of another context, which makes it when somebody reads it. @internal */
  requestIDFrom(origin: Context): void {
    this.ownRequestID = origin.ownRequestID;
    this.origin = origin;
  }

  /** Travels down with nested calls and back up with answers, failures included. */
  get meta(): M {
    return (this.ownMeta ??= {} as M);
  }
  set meta(value: M) {
    this.ownMeta = value;
  }

  /** Headers of this hop (protocol 5 only); not inherited by nested calls. */
  get headers(): H {
    return (this.ownHeaders ??= {} as H);
  }
  set headers(value: H) {
    this.ownHeaders = value;
  }

  /** Sent back with the answer to nodes of protocol 5. */
  get responseHeaders(): H {
    return (this.ownResponseHeaders ??= {} as H);
  }
  set responseHeaders(value: H) {
    this.ownResponseHeaders = value;
  }

  /** For interceptors and handlers of this call; never transported. */
  get locals(): L {
    return (this.ownLocals ??= {} as L);
  }
  set locals(value: L) {
    this.ownLocals = value;
  }

  /** The options of the call, with the timeout (ms) that was decided on. */
  get options(): CallOptions {
    return this.timeout === null ? this.given : { ...this.given, timeout: this.timeout };
  }

  /** The call's own wish; null or undefined: as `contextParamsCloning` says. @internal */
  get paramsCloning(): boolean | null | undefined {
    return this.given.paramsCloning;
  }

  /** Whether the answer came out of a cache; `false` until caching is built. */
  get cachedResult(): boolean {
    return false;
  }

  /** Moleculer's place for acknowledged events, which it has not built either. */
  get needAck(): boolean | null {
    return null;
  }

  /** As `needAck`. */
  get ackID(): string | null {
    return null;
  }

  /** The action as its owner announced it; null in events. */
  get action(): ContextEndpoint['action'] | null {
    return this.endpoint?.action ?? null;
  }

  /** The subscription (pattern, group …) that brought the event; null in actions. */
  get event(): ContextEndpoint['event'] | null {
    return this.endpoint?.event ?? null;
  }

  get service(): ContextService | null {
    return this.endpoint?.service ?? null;
  }

  /** ms until the call times out, never below 0; `Infinity` without a timeout. Nested calls get no more than this. */
  get timeLeft(): number {
    if (this.timeout === null || this.timeout === 0) return Infinity;
    return Math.max(0, this.startClock() - this.host.now());
  }

  /** The deadline; it counts from the first time somebody asks, so that handlers without awaits read no clock. @internal */
  startClock(): number {
    return this.deadline === 0 ? (this.deadline = this.host.now() + (this.timeout as number)) : this.deadline;
  }

  /** Fires when the caller gave up: its signal aborted, or the timeout passed. */
  get signal(): AbortSignal {
    if (this.abortion === null) {
      this.abortion = new AbortController();
      if (this.abortReason !== null) this.abortion.abort(this.abortReason);
    }
    return this.abortion.signal;
  }

  /** Replaces the params. `cloning`: with a copy, as of `structuredClone`. Default `false`. */
  setParams(params: P, cloning = false): void {
    this.params = cloning ? structuredClone(params) : params;
  }

  /**
   * Another context of the same call or event, with an ID of its own. Request ID, deadline, signal and params are the same; meta,
   * headers and locals are copies, so what is written to them stays there.
   */
  copy(): Context<P, M, L, H> {
    const copy = new Context<P, M, L, H>(this.host, this.endpoint, this.params, this.given);
    const { level, parentID, caller, tracing, nodeID, eventName, eventType, eventGroups, timeout, parent } =
      this;
    Object.assign(copy, { level, parentID, caller, tracing, nodeID, eventName, eventType, eventGroups });
    copy.timeout = timeout;
    if (timeout !== null && timeout > 0) copy.deadline = this.startClock();
    copy.parent = parent;
    copy.requestIDFrom(this as unknown as Context);
    copy.ownMeta = { ...this.meta };
    copy.ownHeaders = { ...this.headers };
    copy.ownResponseHeaders = { ...this.responseHeaders };
    copy.ownLocals = { ...this.locals };
    // Read for its effect: both shall have one signal, whenever it fires.
    void this.signal;
    copy.abortion = this.abortion;
    copy.watchers = this.watchers ??= [];
    return copy;
  }

  /** @internal */
  abort(reason: Error): void {
    this.abortReason ??= reason;
    this.abortion?.abort(reason);
    for (const watcher of this.watchers?.splice(0) ?? []) watcher.abort(reason);
  }

  /** Tells a watcher what `signal` tells, without the cost of an `AbortController`; at once if it has fired. @internal */
  whenAborted(watcher: Watcher): void {
    const reason = this.abortReason ?? (this.abortion?.signal.reason as Error | undefined);
    if (reason === undefined) (this.watchers ??= []).push(watcher);
    else watcher.abort(reason);
  }

  /** Takes over what the callee had in its meta: shallow, the last word wins (protocol section 6). @internal */
  mergeMeta(meta: object): void {
    let own = this.meta as Record<string, unknown>;
    // A frozen meta of the user's must not keep the call from being settled.
    if (!Object.isExtensible(own)) this.ownMeta = own = { ...own } as typeof own & M;
    for (const key of Object.keys(meta)) {
      if (key !== '__proto__') own[key] = (meta as Record<string, unknown>)[key];
    }
  }

  /** For logs: plain fields only. */
  toJSON(): object {
    return {
      id: this.id,
      nodeID: this.nodeID,
      action: this.action?.name,
      event: this.eventName ?? undefined,
      service: this.service?.fullName,
      params: this.params,
      meta: this.meta,
      headers: this.headers,
      requestID: this.requestID,
      parentID: this.parentID,
      level: this.level,
      caller: this.caller,
      tracing: this.tracing,
      eventType: this.eventType ?? undefined,
      eventGroups: this.eventGroups ?? undefined,
    };
  }

  /** @internal */
  protected invoke(action: string, params: unknown, opts: CallOptions | undefined): Promise<unknown> {
    return this.host.callFrom(this as unknown as Context, action, params, opts);
  }

  /** @internal */
  protected invokeMany(
    defs: readonly CallDef[] | Record<string, CallDef>,
    opts: ({ settled?: boolean } & CallOptions) | undefined,
  ): Promise<unknown> {
    return this.host.mcallFrom(this as unknown as Context, defs, opts);
  }

  /** @internal */
  protected send(
    kind: 'emit' | 'broadcast',
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void> {
    return this.host.sendFrom(this as unknown as Context, kind, event, payload, opts);
  }
}
