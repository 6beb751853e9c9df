import type { ErrorRegenerator } from '../protocol/error-regenerator.js';
import type { Serializer } from '../serializers/serializer.js';
import type { LoadBalanceStrategy } from '../strategies/load-balance.strategy.js';
import type { Transporter } from '../transporters/transporter.js';
import type { Validator } from '../validators/validator.js';
import type { Choice } from './choice.type.js';
import type { GlobalEnhancersOptions } from './global-enhancers.options.js';
import type { ErrorHandler, UidGenerator } from './moleculer-module-options.interface.js';
import type { BulkheadOptions, CircuitBreakerOptions, RetryPolicyOptions } from './resilience.options.js';
import type { ReturnsMode } from './returns.options.js';
import type { TrackingOptions } from './tracking.options.js';
import type { TransitOptions } from './transit.options.js';

/** The transporter that was chosen. */
export type TransporterChoice = Choice<'Redis' | 'Memory', Transporter>;
/** The serializer that was chosen. */
export type SerializerChoice = Choice<'JSON', Serializer>;
/** The validator that was chosen. */
export type ValidatorChoice = Choice<'Fastest', Validator>;
/** The strategy that was chosen. */
export type StrategyChoice = Choice<'RoundRobin' | 'Random', LoadBalanceStrategy>;

/** Checked options with every default filled in; units as in {@link MoleculerModuleOptions}. */
export interface ResolvedOptions {
  readonly namespace: string;
  /** `null`: to be made. */
  readonly nodeID: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** `null`: this process alone. */
  readonly transporter: TransporterChoice | null;
  readonly protocolVersion: '4' | '5' | 'auto';
  readonly serializer: SerializerChoice;
  readonly transit: Readonly<Required<TransitOptions>>;
  readonly requestTimeout: number;
  readonly maxCallLevel: number;
  readonly contextParamsCloning: boolean;
  /** `null`: IDs of the library. */
  readonly uidGenerator: UidGenerator | null;
  /** `null`: off. */
  readonly validator: ValidatorChoice | null;
  readonly validationPipe: Readonly<Record<string, unknown>>;
  readonly validateReturns: ReturnsMode;
  readonly registry: ResolvedRegistryOptions;
  readonly heartbeatInterval: number;
  readonly heartbeatTimeout: number;
  readonly dependencyInterval: number;
  readonly dependencyTimeout: number;
  readonly internalServices: boolean;
  readonly tracking: Readonly<Required<TrackingOptions>>;
  /** `null`: none. */
  readonly errorHandler: ErrorHandler | null;
  readonly exposeStack: boolean;
  readonly errorRegenerator: ErrorRegenerator | null;
  readonly globalEnhancers: Readonly<Required<GlobalEnhancersOptions>>;
  readonly ambientContext: boolean;
  readonly disableBalancer: false;
  readonly cacher: null;
  readonly retryPolicy: Readonly<Required<RetryPolicyOptions>>;
  readonly circuitBreaker: Readonly<Required<CircuitBreakerOptions>>;
  readonly bulkhead: Readonly<Required<BulkheadOptions>>;
  readonly metrics: { readonly enabled: false };
  readonly tracing: { readonly enabled: false };
  readonly middlewares: readonly [];
}

/** The section `registry`, with every default filled in. */
export interface ResolvedRegistryOptions {
  readonly strategy: StrategyChoice;
  readonly strategyOptions: Readonly<Record<string, unknown>>;
  readonly preferLocal: boolean;
  readonly stopDelay: number;
  readonly maxNodes: number;
  readonly maxAnnouncedSize: number;
  readonly maxDepth: number;
  readonly discoverer: { readonly type: 'Local'; readonly options: ResolvedDiscovererOptions };
}

/** The heartbeats here are the ones that count: the discoverer's own, else the module's. */
export interface ResolvedDiscovererOptions {
  readonly heartbeatInterval: number;
  readonly heartbeatTimeout: number;
  readonly disableHeartbeatChecks: boolean;
  readonly disableOfflineNodeRemoving: boolean;
  readonly cleanOfflineNodesTimeout: number;
  readonly refreshEvery: number;
}
