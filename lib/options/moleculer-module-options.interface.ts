import type { ErrorInfo } from '../pipeline/error-handler.js';
import type { ErrorRegenerator } from '../protocol/error-regenerator.js';
import type { ClassOf } from './class-of.type.js';
import type { GlobalEnhancersOptions } from './global-enhancers.options.js';
import type { MoleculerOnlyOptions } from './moleculer-only.options.js';
import type { RegistryOptions } from './registry.options.js';
import type { BulkheadOptions, CircuitBreakerOptions, RetryPolicyOptions } from './resilience.options.js';
import type { SerializerOption } from './serializer.options.js';
import type { TrackingOptions } from './tracking.options.js';
import type { TransitOptions } from './transit.options.js';
import type { TransporterOption } from './transporter.options.js';
import type { ReturnsMode } from './returns.options.js';
import type { ClassValidationOptions } from './validation-pipe.options.js';
import type { ValidatorOption } from './validator.options.js';

// Both in the form of methods, so that a function may narrow what it is given: `(broker: ServiceBroker) => …`.

/** Makes an ID that is unique in the cluster. */
export type UidGenerator = {
  /** Makes one. */
  make(broker: unknown): string;
}['make'];

/** Hears an error; what it returns is the answer, what it throws the error. */
export type ErrorHandler = {
  /** Hears one. */
  handle(error: Error, info: ErrorInfo): unknown;
}['handle'];

/**
 * Options of `MoleculerModule.forRoot`: Moleculer's broker options (0.15) with its defaults, where nothing else is said. `null` is
 * taken where Moleculer takes it. Unknown, wrong or impossible options are a `BrokerOptionsError` at start.
 *
 * Units are Moleculer's: heartbeats, `cleanOfflineNodesTimeout` and `circuitBreaker.windowTime` in **seconds**, all else in ms.
 *
 * @publicApi
 */
export interface MoleculerModuleOptions extends MoleculerOnlyOptions {
  /** Nodes of one namespace see each other, and no others. No spaces. @default '' */
  namespace?: string | null;
  /** Name of this node, unique in the cluster. No spaces. @default host name, process ID and a random end */
  nodeID?: string | null;
  /** Told to the other nodes; must survive JSON. @default {} */
  metadata?: object;

  /** The wire. `null`: this process alone. @default null */
  transporter?: TransporterOption;
  /** Protocol spoken: `'4'` is Moleculer 0.14, `'5'` is 0.15, `'auto'` both at once. @default 'auto' */
  protocolVersion?: '4' | '5' | 'auto';
  /** How packets become bytes; all nodes must agree. @default 'JSON' */
  serializer?: SerializerOption;
  /** @default see {@link TransitOptions} */
  transit?: TransitOptions;

  /** How long a call waits for its answer, ms; 0 = for ever. Moleculer's default is 0. @default 30000 */
  requestTimeout?: number;
  /** Longest chain of calls within calls; 0 = no limit. @default 0 */
  maxCallLevel?: number;
  /** `true`: a local handler gets a copy of `params`. @default false */
  contextParamsCloning?: boolean;
  /** Makes request IDs; one that a node used before is taken for a repeated packet by others. @default a random prefix and a counter */
  uidGenerator?: UidGenerator | null;
  /** What checks the `params` of actions and events, and what actions return. @default true */
  validator?: ValidatorOption;
  /** Options of Nest's `ValidationPipe`, for schemas that are classes: `whitelist`, `groups` … Not in Moleculer. @default {} */
  validationPipe?: ClassValidationOptions;
  /** A result that the `returns` schema of its action does not allow is an error of the call, or only logged, or not looked at. Not in Moleculer. @default 'throw' */
  validateReturns?: ReturnsMode;

  /** @default see {@link RegistryOptions} */
  registry?: RegistryOptions;
  /** **Seconds** between two heartbeats; 0 = none. @default 10 */
  heartbeatInterval?: number;
  /** A node silent for this many **seconds** is offline; more than `heartbeatInterval`. @default 30 */
  heartbeatTimeout?: number;
  /** Moleculer's, ms. No effect here: `dependencies` are heard of at once. @default 1000 */
  dependencyInterval?: number;
  /** How long a service waits for its `dependencies`, ms; 0 = for ever. @default 0 */
  dependencyTimeout?: number;
  /** Whether this node serves `$node.list`, `$node.services` … @default true */
  internalServices?: boolean;
  /** @default see {@link TrackingOptions} */
  tracking?: TrackingOptions;

  /** For the errors of handlers. @default null */
  errorHandler?: ErrorHandler | null;
  /** Whether stacks of errors go to other nodes. @default true unless `NODE_ENV` is `production` */
  exposeStack?: boolean;
  /** Your way of writing and rebuilding errors. @default null */
  errorRegenerator?: ErrorRegenerator | null;
  /** Whether the app's global guards, interceptors, pipes and filters run on handlers. @default true */
  globalEnhancers?: boolean | GlobalEnhancersOptions;
  /** `true`: `broker.call` in a handler is a child call, and `currentContext()` is there. Makes every `await` dearer. @default false */
  ambientContext?: boolean;

  /** Not built yet. @default false */
  disableBalancer?: boolean;
  /** Not built yet. @default null */
  cacher?: boolean | string | object | null;
  /** Not built yet. */
  retryPolicy?: RetryPolicyOptions;
  /** Not built yet. */
  circuitBreaker?: CircuitBreakerOptions;
  /** Not built yet. */
  bulkhead?: BulkheadOptions;
  /** Not built yet. @default { enabled: false } */
  metrics?: boolean | object;
  /** Not built yet. @default { enabled: false } */
  tracing?: boolean | object;
  /** Not built yet. @default [] */
  middlewares?: readonly (object | ClassOf<object>)[] | null;
}
