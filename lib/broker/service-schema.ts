import type { Context } from '../context/context.js';
import type { ServiceDependency } from '../options/service-dependency.type.js';

/** A handler of `createService`; `this` is the running service. */
export type SchemaHandler = (this: RunningService, ctx: Context) => unknown;

/** An action: the handler alone, or with Moleculer's action options. `false` leaves it out. */
export type SchemaAction =
  SchemaHandler | ({ handler: SchemaHandler; name?: string } & Record<string, unknown>) | false;

/** A listener: the handler alone, or with Moleculer's event options. */
export type SchemaEvent =
  SchemaHandler | ({ handler: SchemaHandler; group?: string } & Record<string, unknown>);

/** Moleculer's service schema, without mixins. Made for code that comes from there; new services are classes. */
export interface ServiceSchema {
  name: string;
  version?: string | number;
  settings?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  dependencies?: ServiceDependency | readonly ServiceDependency[];
  actions?: Record<string, SchemaAction>;
  events?: Record<string, SchemaEvent>;
  /** Become methods of the running service. */
  methods?: Record<string, (this: RunningService, ...args: never[]) => unknown>;
  /** Called by `createService`, before the service can be called. */
  created?(this: RunningService): void;
  /** Awaited before the service is announced. */
  started?(this: RunningService): void | Promise<void>;
  /** Awaited when the service is withdrawn. */
  stopped?(this: RunningService): void | Promise<void>;
  [key: string]: unknown;
}

/** What `this` is in handlers and hooks of a schema. */
export interface RunningService {
  readonly name: string;
  readonly version?: string | number;
  readonly fullName: string;
  readonly settings: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly schema: ServiceSchema;
  readonly [member: string]: unknown;
}

/** A service made at run time. */
export interface ServiceHandle {
  readonly name: string;
  readonly version?: string | number;
  readonly fullName: string;
  /** Withdraws the service; its `stopped` hook has run when this resolves. */
  destroy(): Promise<void>;
}
