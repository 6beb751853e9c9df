import type { Readable } from 'node:stream';
import type { ServiceBroker } from '../broker/service-broker.js';
import type { CallOptions, EmitOptions } from './call-options.js';
import { type AbortWatcher, Abortion } from './abortion.js';
import { Caller } from './caller.js';
import { ContextDetails, type EventOrigin } from './context-details.js';
import type { ContextEndpoint, ContextHost, ContextService } from './context-host.js';
import type { CallDef } from './contract.types.js';
import { mergeMeta } from './merge-meta.js';
import { plainContext } from './plain-context.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- free-form maps: an interface given as M, L or H fits `any` values only */
type FreeForm = Record<string, any>;

/** Shared by all contexts that were given no options. */
export const NO_OPTIONS: CallOptions = Object.freeze({});

/**
 * What a handler knows of its call or event: Moleculer's `Context`, less spans. One flat object; IDs, meta, headers and locals
 * come into being when first read, and what few contexts have is in an object of its own: each call makes a context, and each field
 * of it is memory to be written.
 */
export class Context<
  P = unknown,
  M extends object = FreeForm,
  L extends object = FreeForm,
  H extends object = FreeForm,
> extends Caller {
  /** Depth of the chain of calls; 1 for a root call. */
  level = 1;
  /** Node ID: in a handler that of the sender, after a call that of the callee. */
  nodeID: string;
  params: P;

  /** @internal */ endpoint: ContextEndpoint | null;
  /** @internal 0 = not started, else scheduler time in ms */ deadline = 0;
  /** @internal effective timeout in ms, 0 = none, null = not decided */ timeout: number | null = null;
  /** @internal */ parent: Context | null = null;
  /** @internal what the sender of an event said of it; null in actions */ happened: EventOrigin | null =
    null;
  /** @internal */ ownID: string | null = null;
  /** @internal another context: its request ID, which it makes when somebody reads it */
  ownRequestID: string | Context | null = null;
  /** @internal */ ownMeta: M | null = null;
  private details: ContextDetails<L, H> | null = null;
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
    const own = this.ownRequestID;
    if (typeof own === 'string') return own;
    return (this.ownRequestID = own === null ? this.id : own.requestID);
  }

  /** ID of the calling context. */
  get parentID(): string | null {
    const own = this.details?.parentID;
    return own === undefined ? (this.parent?.id ?? null) : own;
  }
  set parentID(value: string | null) {
    if (value !== this.parentID) this.detailed().parentID = value;
  }

  /** Full name of the calling *service*. */
  get caller(): string | null {
    const own = this.details?.caller;
    return own === undefined ? (this.parent?.service?.fullName ?? null) : own;
  }
  set caller(value: string | null) {
    if (value !== this.caller) this.detailed().caller = value;
  }

  /** The sampling decision that came with the call, passed on to nested calls. */
  get tracing(): boolean | null {
    const own = this.details?.tracing;
    return own === undefined ? (this.parent?.tracing ?? null) : own;
  }
  set tracing(value: boolean | null) {
    if (value !== this.tracing) this.detailed().tracing = value;
  }

  /** The name the event was sent under (patterns may match many); null in actions. */
  get eventName(): string | null {
    return this.happened?.name ?? null;
  }

  get eventType(): EventOrigin['type'] | null {
    return this.happened?.type ?? null;
  }

  /** Groups the sender chose; null: all. */
  get eventGroups(): string[] | null {
    return this.happened?.groups ?? null;
  }

  /** Incoming stream; null until streams are built. */
  get stream(): Readable | null {
    return null;
  }

  /** Travels down with nested calls and back up with answers, failures included. */
  get meta(): M {
    return (this.ownMeta ??= {} as M);
  }
  set meta(value: M) {
    this.ownMeta = value ?? null;
  }

  /** Headers of this hop (protocol 5 only); not inherited by nested calls. */
  get headers(): H {
    return (this.detailed().headers ??= {} as H);
  }
  set headers(value: H) {
    this.ownHeaders = value ?? null;
  }

  /** @internal */
  get ownHeaders(): H | null {
    return this.details === null ? null : this.details.headers;
  }
  set ownHeaders(value: H | null) {
    if (value !== null || this.details !== null) this.detailed().headers = value;
  }

  /** Sent back with the answer to nodes of protocol 5. */
  get responseHeaders(): H {
    return (this.detailed().responseHeaders ??= {} as H);
  }
  set responseHeaders(value: H) {
    this.detailed().responseHeaders = value ?? null;
  }

  /** @internal */
  get ownResponseHeaders(): H | null {
    return this.details === null ? null : this.details.responseHeaders;
  }

  /** For interceptors and handlers of this call; never transported. */
  get locals(): L {
    return (this.detailed().locals ??= {} as L);
  }
  set locals(value: L) {
    this.detailed().locals = value;
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
    return this.abortion().signal;
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
    const { level, nodeID, timeout, parent, happened, parentID, caller, tracing } = this;
    Object.assign(copy, { level, nodeID, timeout, parent, happened, parentID, caller, tracing });
    if (timeout !== null && timeout > 0) copy.deadline = this.startClock();
    copy.ownRequestID = this.ownRequestID ?? (this as unknown as Context);
    copy.ownMeta = { ...this.meta };
    copy.headers = { ...this.headers };
    copy.responseHeaders = { ...this.responseHeaders };
    copy.locals = { ...this.locals };
    copy.detailed().abortion = this.abortion();
    return copy;
  }

  /** @internal */
  abort(reason: Error): void {
    this.abortion().abort(reason);
  }

  /** Tells a watcher what `signal` tells, without the cost of an `AbortController`; at once if it has fired. @internal */
  whenAborted(watcher: AbortWatcher): void {
    this.abortion().whenAborted(watcher);
  }

  /** Takes over what the callee had in its meta. Never throws. @internal */
  mergeMeta(meta: object): void {
    this.ownMeta = mergeMeta(this.meta, meta) as M;
  }

  /** For logs: plain fields only. */
  toJSON(): object {
    return plainContext(this as unknown as Context);
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

  private abortion(): Abortion {
    return (this.detailed().abortion ??= new Abortion());
  }

  private detailed(): ContextDetails<L, H> {
    return (this.details ??= new ContextDetails());
  }
}
