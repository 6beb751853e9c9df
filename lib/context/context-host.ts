import type { CallOptions, EmitOptions } from './call-options.js';
import type { Context } from './context.js';
import type { CallDef } from './contract.types.js';

/** What a context needs of its broker. Declared here, so that contexts can be made in plain unit tests. */
export interface ContextHost {
  readonly nodeID: string;
  /** Scheduler time, ms. */
  now(): number;
  newID(): string;
  callFrom(
    parent: Context | null,
    action: string,
    params: unknown,
    opts: CallOptions | undefined,
  ): Promise<unknown>;
  mcallFrom(
    parent: Context | null,
    defs: readonly CallDef[] | Record<string, CallDef>,
    opts: ({ settled?: boolean } & CallOptions) | undefined,
  ): Promise<unknown>;
  sendFrom(
    parent: Context | null,
    kind: 'emit' | 'broadcast',
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void>;
}

/** The endpoint as far as a context looks at it. */
export interface ContextEndpoint {
  readonly nodeID: string;
  readonly local: boolean;
  readonly action?: { readonly name: string; readonly [key: string]: unknown };
  readonly event?: { readonly name: string; readonly [key: string]: unknown };
  readonly service?: ContextService;
}

/** The service that a handler belongs to. */
export interface ContextService {
  readonly name: string;
  readonly version?: string | number;
  readonly fullName: string;
  readonly settings: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}
