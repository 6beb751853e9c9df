import type { Readable } from 'node:stream';
import type { Context } from './context.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- `meta` and `headers` are free-form maps: with `unknown`, typed metas would not fit */

/** Options of one call; Moleculer's `CallingOptions`, less spans, plus `signal`. */
export interface CallOptions {
  /** ms; 0 = none. Default: the action's `timeout`, then the broker's `requestTimeout`. */
  timeout?: number | null;
  /** Not built yet: a call that asks for some is rejected. */
  retries?: number | null;
  /** Not built yet: a call that carries it is rejected. */
  fallbackResponse?: unknown;
  /** Call the action on this node and no other; `ServiceNotFoundError` if it is not there. */
  nodeID?: string;
  /** `true`: a handler of this node gets a copy of `params`. Default: the broker's `contextParamsCloning`. */
  paramsCloning?: boolean | null;
  /** Goes down to the callee and, with what the callee added, back up to `parentCtx`. */
  meta?: Record<string, any>;
  /** One hop only; not carried to nodes of protocol 4. */
  headers?: Record<string, any>;
  /**
   * Makes the call a child: level, request ID, meta and remaining time come from this context. Default: none; with `ambientContext` that
   * of the handler in which the call is made, unless it is `null`.
   */
  parentCtx?: Context<any, any, any, any> | null;
  /** ID of the whole chain of calls. Default: the parent's, then the call's own ID. */
  requestID?: string;
  /** Full name of the calling service. Default: the parent's service. */
  caller?: string;
  /** `false`: a graceful stop does not wait for this call. Default: `tracking.enabled`. */
  tracking?: boolean;
  /** Not built yet: a call that carries one is rejected. */
  stream?: Readable;
  /** Not built yet: a call that carries one is rejected. */
  ctx?: Context<any, any, any, any>;
  /** Aborting rejects the call with `RequestAbortedError`; a local handler sees it in `ctx.signal`. */
  signal?: AbortSignal;
}

/** Options of `emit`, `broadcast` and `broadcastLocal`. */
export interface EmitOptions {
  /** Only these groups. Default: all. */
  groups?: string | string[];
  meta?: Record<string, any>;
  /** Not carried to nodes of protocol 4. */
  headers?: Record<string, any>;
  /** As of a call. */
  parentCtx?: Context<any, any, any, any> | null;
  requestID?: string;
  caller?: string;
  /** `true`: the promise rejects with the first error of a local handler or of publishing. Default `false`: errors are logged. */
  throwError?: boolean;
}
