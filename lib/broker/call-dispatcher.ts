import { Context, NO_OPTIONS } from '../context/context.js';
import type { CallOptions } from '../context/call-options.js';
import type { ContextHost } from '../context/context-host.js';
import { MoleculerClientError } from '../errors/moleculer.error.js';
import { MaxCallLevelError, RequestAbortedError, RequestSkippedError } from '../errors/request.error.js';
import { ServiceNotAvailableError, ServiceNotFoundError } from '../errors/service.error.js';
import * as messages from '../messages/broker.messages.js';
import type { HandlerRunner } from '../pipeline/handler-runner.js';
import type { InFlight } from '../pipeline/in-flight.js';
import type { CallableAction } from '../registry/action-list.js';
import type { ActionEndpoint } from '../registry/node-endpoint.js';
import type { Registry } from '../registry/registry.js';
import type { Requester } from '../transit/requester.js';
import type { BrokerState } from './broker-control.js';
import { noParent, refusedOption, refusedOrigin, type NameLimit } from './refused-options.js';
import { type ClusterLink, whyUnknown } from './unknown-action.js';

export interface DispatcherOptions {
  /** ms; 0 = none */
  requestTimeout: number;
  /** 0 = no limit */
  maxCallLevel: number;
  /** Whether a stop waits for local calls that do not say otherwise. */
  tracking: boolean;
}

export interface DispatcherHost extends ContextHost {
  readonly state: BrokerState;
}

/** The way of a call: find an endpoint, make its context, run it here or send it. */
export class CallDispatcher {
  /** See `HandlerRunner`. */
  protected readonly specimen: Context;

  constructor(
    private readonly host: DispatcherHost,
    private readonly registry: Registry,
    private readonly runner: HandlerRunner,
    private readonly requester: Requester,
    private readonly work: InFlight,
    private readonly options: DispatcherOptions,
    private readonly link: ClusterLink & NameLimit,
  ) {
    this.specimen = new Context(host, null, {}, NO_OPTIONS);
  }

  /** Rejects, never throws. */
  call(
    parent: Context | null,
    action: string,
    params: unknown,
    opts: CallOptions | undefined,
  ): Promise<unknown> {
    try {
      const list = this.registry.action(action);
      if (list === undefined) throw this.unknown(action, opts);
      const ctx = new Context(this.host, null, params === undefined ? {} : params, opts ?? NO_OPTIONS);
      const from = parent ?? opts?.parentCtx ?? null;
      if (from !== null) this.inherit(ctx, from as Context, action);
      if (opts != null) this.apply(ctx, opts, action);
      const { preferred } = list;
      const endpoint = preferred !== null && opts?.nodeID == null ? preferred : this.choose(list, ctx, opts);
      ctx.endpoint = endpoint;
      ctx.nodeID = endpoint.nodeID;
      ctx.timeout = this.timeoutOf(ctx, endpoint, opts);
      return endpoint.local
        ? this.run(ctx, endpoint, opts)
        : this.requester.request(ctx, action, endpoint.nodeID, opts?.signal ?? undefined);
    } catch (error) {
      // Of what is refused, of handlers that answer at once, and of the user's strategies and `uidGenerator`.
      return Promise.reject(error);
    }
  }

  private run(ctx: Context, endpoint: ActionEndpoint, opts: CallOptions | undefined): Promise<unknown> {
    const signal = opts?.signal ?? undefined;
    if (signal?.aborted) {
      throw new RequestAbortedError({ action: endpoint.name, nodeID: endpoint.nodeID }, signal.reason);
    }
    if (opts?.paramsCloning) ctx.setParams(ctx.params, true);
    const tracked = opts?.tracking ?? this.options.tracking;
    const result = this.runner.run(ctx, endpoint.handler, tracked ? this.work : null, signal);
    return result instanceof Promise ? result : Promise.resolve(result);
  }

  /** @throws ServiceNotFoundError ServiceNotAvailableError */
  private choose(list: CallableAction, ctx: Context, opts: CallOptions | undefined): ActionEndpoint {
    const { local } = list;
    // A private action is for the contexts of its own service alone.
    if (
      local !== null &&
      local.visibility === 'private' &&
      ctx.parent?.service?.fullName === local.service.fullName
    ) {
      return local;
    }
    const endpoint = opts?.nodeID == null ? list.next(ctx) : list.on(opts.nodeID);
    if (endpoint == null || (endpoint.local && endpoint.visibility === 'private'))
      throw this.unavailable(list, opts);
    return endpoint;
  }

  private inherit(ctx: Context, parent: Context, action: string): void {
    const { maxCallLevel } = this.options;
    if (!(parent instanceof Context)) throw noParent(`'${action}'`);
    if (maxCallLevel > 0 && parent.level >= maxCallLevel) {
      throw new MaxCallLevelError({ nodeID: this.host.nodeID, level: parent.level });
    }
    ctx.parent = parent;
    ctx.level = parent.level + 1;
    ctx.ownRequestID = parent.ownRequestID ?? parent;
    if (parent.ownMeta !== null) ctx.ownMeta = { ...parent.ownMeta };
  }

  private apply(ctx: Context, opts: CallOptions, action: string): void {
    if (opts.meta) ctx.ownMeta = ctx.ownMeta === null ? { ...opts.meta } : { ...ctx.ownMeta, ...opts.meta };
    if (opts.headers) ctx.ownHeaders = { ...opts.headers };
    const problem = refusedOrigin(opts, this.link) ?? refusedOption(opts, action);
    if (problem !== null) throw problem;
    if (opts.requestID) ctx.ownRequestID = opts.requestID;
    if (opts.caller) ctx.caller = opts.caller;
  }

  /**
   * ms. Call option, then the action's own, then the broker's; never more than what the parent call has left.
   *
   * @throws RequestSkippedError nothing is left
   */
  private timeoutOf(ctx: Context, endpoint: ActionEndpoint, opts: CallOptions | undefined): number {
    let timeout = opts?.timeout ?? endpoint.timeout ?? this.options.requestTimeout;
    if (timeout === Infinity) timeout = 0;
    if (ctx.parent !== null) {
      const left = ctx.parent.timeLeft;
      if (left <= 0) throw new RequestSkippedError({ action: endpoint.name, nodeID: endpoint.nodeID });
      if (left !== Infinity && (timeout === 0 || left < timeout)) timeout = left;
    }
    return timeout;
  }

  private unknown(action: string, opts: CallOptions | undefined): Error {
    if (typeof action !== 'string' || action === '') {
      return new MoleculerClientError(
        messages.invalidName('The name of an action', action),
        400,
        'INVALID_NAME',
      );
    }
    const hint = whyUnknown(action, this.registry, this.link, this.host.state);
    return new ServiceNotFoundError(opts?.nodeID ? { action, nodeID: opts.nodeID } : { action }, hint);
  }

  /** Known names without an endpoint are unavailable; a node that was asked for by ID and lacks the action gives "not found". */
  private unavailable(list: CallableAction, opts: CallOptions | undefined): Error {
    if (opts?.nodeID != null) return new ServiceNotFoundError({ action: list.name, nodeID: opts.nodeID });
    if (list.hidden) return new ServiceNotFoundError({ action: list.name });
    return new ServiceNotAvailableError({ action: list.name });
  }
}
