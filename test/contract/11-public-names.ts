// Every name that the public contract has, so that none is lost unnoticed; those not built yet are in not-yet/.
import type { Readable } from 'node:stream';
import type { Observable, SchedulerLike } from 'rxjs';
import * as api from 'nestjs-moleculer';
import type {
  ActionOptions,
  ActionTypes,
  CallDef,
  CallOptions,
  ContractOf,
  Endpoint,
  EventMessage,
  EventOptions,
  EventTypes,
  Middleware,
  MoleculerModuleOptions,
  MoleculerOptionsFactory,
  ParamsOf,
  PongResponse,
  RegistryChange,
  ServiceClient,
  ServiceHandle,
  ServiceOptions,
} from 'nestjs-moleculer';
import { startRepl, type ReplHandle } from 'nestjs-moleculer/repl';
import * as testing from 'nestjs-moleculer/testing';

type Expect<T extends true> = T;
type Has<T, K extends PropertyKey> = [Exclude<K, keyof T>] extends [never] ? true : Exclude<K, keyof T>;
type Takes<T, K extends PropertyKey> = Has<Required<T>, K>;
type Same<A, B> = [A, B] extends [B, A] ? true : false;

export type Names = [
  Expect<
    Has<
      typeof api,
      | ('MoleculerModule' | 'ServiceBroker' | 'Registry' | 'Transit' | 'Transporter' | 'Serializer')
      | ('LoadBalanceStrategy' | 'RoundRobinStrategy' | 'RandomStrategy' | 'Cacher' | 'Validator' | 'Context')
      | ('Service' | 'Action' | 'Event' | 'EventStream' | 'InjectService' | 'InjectBroker' | 'CONTEXT')
      | ('Params' | 'Payload' | 'Meta' | 'Headers' | 'Ctx' | 'StreamBody' | 'isMoleculerContext')
      | ('MOLECULER_SCHEDULER' | 'getBrokerToken' | 'getRegistryToken' | 'MoleculerExceptionFilter')
      | ('MoleculerError' | 'MoleculerClientError' | 'ValidationError' | 'RequestAbortedError')
      | ('ServiceNotAvailableError' | 'BrokerDisconnectedError' | 'currentContext')
    >
  >,
  Expect<
    Has<
      api.ServiceBroker,
      | ('nodeID' | 'namespace' | 'metadata' | 'options' | 'registry' | 'cacher' | 'ready' | 'call' | 'mcall')
      | ('emit' | 'broadcast' | 'broadcastLocal' | 'events' | 'client' | 'waitForServices' | 'ping')
      | ('getHealthStatus' | 'createService' | 'registerClass' | 'destroyService' | 'start' | 'stop')
    >
  >,
  Expect<Has<api.Registry, 'nodes' | 'services' | 'actions' | 'events' | 'changes'>>,
  Expect<
    Takes<
      MoleculerModuleOptions,
      | (
          | 'namespace'
          | 'nodeID'
          | 'metadata'
          | 'requestTimeout'
          | 'retryPolicy'
          | 'circuitBreaker'
          | 'bulkhead'
        )
      | ('cacher' | 'validator' | 'maxCallLevel' | 'contextParamsCloning' | 'heartbeatInterval')
      | ('heartbeatTimeout' | 'tracking' | 'disableBalancer' | 'dependencyInterval' | 'dependencyTimeout')
      | ('internalServices' | 'metrics' | 'tracing' | 'errorHandler' | 'exposeStack' | 'errorRegenerator')
      | ('uidGenerator' | 'registry' | 'transit' | 'transporter' | 'protocolVersion' | 'serializer')
      | ('middlewares' | 'ambientContext' | 'globalEnhancers')
    >
  >,
  Expect<Takes<ServiceOptions, 'name' | 'version' | 'settings' | 'metadata' | 'dependencies' | 'broker'>>,
  Expect<
    Takes<
      ActionOptions,
      | ('name' | 'params' | 'cache' | 'timeout' | 'visibility' | 'rest' | 'fallback' | 'retryPolicy')
      | ('circuitBreaker' | 'bulkhead' | 'strategy' | 'strategyOptions' | 'tracing')
    >
  >,
  Expect<Takes<EventOptions, 'group' | 'params'>>,
  Expect<
    Takes<
      CallOptions,
      | ('timeout' | 'retries' | 'fallbackResponse' | 'nodeID' | 'meta' | 'headers' | 'parentCtx')
      | ('requestID' | 'caller' | 'tracking' | 'stream' | 'signal')
    >
  >,
  Expect<
    Has<EventMessage, 'event' | 'payload' | 'meta' | 'headers' | 'sender' | 'groups' | 'broadcast' | 'ctx'>
  >,
  Expect<Same<api.Context['signal'], AbortSignal>>,
  Expect<Same<api.Context['timeLeft'], number>>,
  Expect<Same<NonNullable<api.Context['stream']>, Readable>>,
  Expect<Has<Endpoint, 'nodeID' | 'local' | 'name' | 'available' | 'cpu'>>,
  Expect<
    Same<RegistryChange['type'], 'node.connected' | 'node.updated' | 'node.disconnected' | 'services.changed'>
  >,
  Expect<Takes<RegistryChange, 'node' | 'unexpected' | 'reconnected'>>,
  Expect<Has<PongResponse, 'nodeID' | 'elapsedTime' | 'timeDiff'>>,
  Expect<Takes<CallDef, 'action' | 'params' | 'options'>>,
  Expect<Has<ServiceHandle, 'name' | 'version' | 'fullName' | 'destroy'>>,
  Expect<Has<MoleculerOptionsFactory, 'createMoleculerOptions'>>,
  Expect<Takes<Middleware, 'localAction' | 'remoteAction' | 'localEvent' | 'call'>>,
  Expect<Has<ReplHandle, 'close' | 'closed'>>,
  Expect<Has<typeof testing, 'VirtualScheduler' | 'MemoryHub' | 'memoryHub'>>,
];

declare const broker: api.ServiceBroker;
declare const registry: api.Registry;
export const changes: Observable<RegistryChange> = registry.changes();
export const ready: Promise<void> = broker.ready;
export const handle: Promise<ServiceHandle> = broker.createService({
  name: 'late',
  actions: { hello: (ctx) => ctx.params },
});
export const destroyed = [broker.destroyService('late'), handle.then((late) => broker.destroyService(late))];
export const scheduler: SchedulerLike = new testing.VirtualScheduler();
export const repl: ReplHandle = startRepl(broker);
export type Open = [
  ActionTypes,
  EventTypes,
  ContractOf<object, 'x'>,
  ParamsOf<object>,
  ServiceClient<object>,
];
