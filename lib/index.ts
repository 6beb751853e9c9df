// `export *` where interfaces are open for merging: `declare module 'nestjs-moleculer'` reaches them through it alone.
export * from './context/contract.types.js';
export { Context } from './context/context.js';
export { currentContext } from './context/ambient.js';
export type { ContextService } from './context/context-host.js';
export type { CallOptions, EmitOptions } from './context/call-options.js';
export { ServiceBroker } from './broker/service-broker.js';
export type { HealthStatus, PongResponse } from './broker/broker-control.js';
export type { EventFailure } from './broker/event-failures.js';
export type {
  RunningService,
  SchemaAction,
  SchemaEvent,
  SchemaHandler,
  ServiceHandle,
  ServiceSchema,
} from './broker/service-schema.js';

export { MoleculerModule } from './moleculer.module.js';
export type {
  MoleculerModuleAsyncOptions,
  MoleculerModuleExtras,
  MoleculerOptionsFactory,
} from './moleculer.module-definition.js';
export * from './moleculer.tokens.js';
export { MoleculerExceptionFilter } from './moleculer.exception-filter.js';
export { isMoleculerContext } from './explorer/handler-context.js';
export type * from './options/moleculer-module-options.interface.js';
export type * from './options/registry.options.js';
export type * from './options/tracking.options.js';
export type * from './options/transit.options.js';
export type * from './options/transporter.options.js';
export type * from './options/serializer.options.js';
export type * from './options/validator.options.js';
export type { ReturnsMode } from './options/returns.options.js';
export type { ClassValidationOptions } from './options/validation-pipe.options.js';
export type { GlobalEnhancersOptions } from './options/global-enhancers.options.js';
export type {
  BulkheadOptions,
  CircuitBreakerOptions,
  RetryPolicyOptions,
} from './options/resilience.options.js';
export type * from './options/resolved-options.js';
export type { Choice } from './options/choice.type.js';
export type { ClassOf } from './options/class-of.type.js';
export type { ServiceDependency } from './options/service-dependency.type.js';

export { Action } from './decorators/action.decorator.js';
export * from './decorators/action-options.interface.js';
export { Ctx, Headers, Meta, StreamBody } from './decorators/context.decorators.js';
export { Event } from './decorators/event.decorator.js';
export * from './decorators/event-options.interface.js';
export { EventStream } from './decorators/event-stream.decorator.js';
export { InjectService } from './decorators/inject-service.decorator.js';
export { Params, Payload } from './decorators/params.decorator.js';
export type { ParamsSchema, ValidatorRule, ValidatorSchema } from './decorators/params-schema.type.js';
export { Service } from './decorators/service.decorator.js';
export * from './decorators/service-options.interface.js';

export { Registry } from './registry/registry.js';
export type { RegistryChange } from './registry/registry-change.js';
export type * from './registry/listings.js';
export type { Endpoint } from './strategies/endpoint.js';
export { LoadBalanceStrategy } from './strategies/load-balance.strategy.js';
export { RandomStrategy } from './strategies/random.strategy.js';
export { RoundRobinStrategy } from './strategies/round-robin.strategy.js';
export { Cacher } from './cachers/cacher.js';
export { NoCacher } from './cachers/no-cacher.js';
export { Serializer } from './serializers/serializer.js';
export { JsonSerializer } from './serializers/json.serializer.js';
export { Transit } from './transit/transit.js';
export { Transporter } from './transporters/transporter.js';
export {
  MemoryTransporter,
  type MemoryTransporterOptions,
} from './transporters/memory/memory.transporter.js';
export { NullTransporter } from './transporters/null.transporter.js';
export type {
  RedisClientFactory,
  RedisClusterTransporterOptions,
  RedisTransporterOptions,
} from './transporters/redis/redis-options.js';
export { RedisTransporter } from './transporters/redis/redis.transporter.js';
export { Validator } from './validators/validator.js';
export type { AnnouncedSchema } from './validators/announced/announced-schema.js';
export { FastestValidator } from './validators/fastest.validator.js';
export { NoValidator } from './validators/no.validator.js';
export type { ErrorInfo } from './pipeline/error-handler.js';
export type { ActionHandler, CallHandler, Middleware } from './pipeline/middleware.js';
export type {
  ActionInfo,
  ClientInfo,
  Dictionary,
  ErrorPayload,
  EventInfo,
  ServiceInfo,
} from './protocol/packets.js';
export {
  Regenerator,
  type ErrorOrigin,
  type ErrorRegenerator,
  type ErrorSource,
} from './protocol/error-regenerator.js';
export type { IdSource, Machine, MachineHealth, RandomSource } from './time/sources.js';

export * from './errors/broker.error.js';
export * from './errors/moleculer.error.js';
export * from './errors/protocol.error.js';
export * from './errors/request.error.js';
export * from './errors/service.error.js';
export * from './errors/validation.error.js';
