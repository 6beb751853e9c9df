import type { Observable } from 'rxjs';
import type { Cacher } from '../cachers/cacher.js';
import { Caller } from '../context/caller.js';
import type { CallOptions, EmitOptions } from '../context/call-options.js';
import type { Context } from '../context/context.js';
import type {
  CallDef,
  EmitArgs,
  EventMessage,
  EventPayload,
  EventTypes,
  IfSet,
  ServiceClient,
  Unset,
} from '../context/contract.types.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import type { Registry } from '../registry/registry.js';
import type { ServiceDefinition } from '../registry/service-definition.js';
import { type BrokerDeps, type BrokerParts, createParts } from './broker-parts.js';
import type { EventKind } from './event-context.js';
import type { EventFailure } from './event-failures.js';
import type { BrokerControl, BrokerState, HealthStatus, PongResponse } from './broker-control.js';
import { delay } from '../time/delay.js';
import { multiCall } from './multi-call.js';
import { type ClassReader, RuntimeServices } from './runtime-services.js';
import { dependencyNames } from './schema-service.js';
import { pingNodes } from './ping-nodes.js';
import { createServiceClient } from './service-client.js';
import type { ServiceDependency } from '../options/service-dependency.type.js';
import type { ServiceHandle, ServiceSchema } from './service-schema.js';
import { waitForServices } from './waiting.js';

/**
 * The door to the cluster: calls actions, sends and hears events, makes services at run time. Injected by class
 * (`constructor(private readonly broker: ServiceBroker)`), a named one with `@InjectBroker(name)`.
 *
 * @publicApi
 */
export class ServiceBroker extends Caller {
  readonly nodeID: string;
  readonly namespace: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The module's options with all defaults. */
  readonly options: ResolvedOptions;
  readonly registry: Registry;
  readonly cacher: Cacher;
  /**
   * Settles when the node has joined its cluster for the first time; without a transporter, when the broker has started. Rejects
   * with `NodeIDConflictError` if the node ID is taken. Never an unhandled rejection.
   */
  readonly ready: Promise<void>;
  /**
   * Errors of event handlers that neither a filter nor `errorHandler` took; they are logged as well. Hot; completes at shutdown. A
   * subscriber that throws is logged.
   */
  readonly errors$: Observable<EventFailure>;
  /** @internal */ readonly parts: BrokerParts;
  private readonly deps: ServiceBrokerDeps;
  private readonly runtime: RuntimeServices;
  private control: BrokerControl | null = null;

  /** @internal */
  constructor(deps: ServiceBrokerDeps) {
    super();
    const { nodeID, options, registry, cacher } = deps;
    this.deps = deps;
    this.nodeID = nodeID;
    this.options = options;
    this.namespace = options.namespace;
    this.metadata = options.metadata;
    this.registry = registry;
    this.cacher = cacher;
    this.ready = deps.ready;
    this.parts = createParts(deps, this, () => this.control?.servicesChanged());
    this.errors$ = this.parts.eventFailures.stream;
    this.runtime = new RuntimeServices(this.parts.services, { broker: this });
    registry.setRemoteHandler(
      () => (ctx) => this.parts.requester.request(ctx, ctx.action?.name ?? '', ctx.nodeID, undefined),
    );
    registry.listen({
      nodeDisconnected: (id) => this.parts.requester.pending.rejectNode(id),
      event: (name, payload) => this.parts.events.tell(name, payload),
    });
  }

  /**
   * Events of a name or pattern (`*` one segment, `**` any, `?` one character) as a hot stream that completes at shutdown. The node
   * listens while somebody is subscribed. Without `group` the stream sees every `emit`, unless that names `groups`, and takes none from
   * handlers; streams of one group share the events with that group's other listeners. What a subscriber of the stream, or of what
   * `pipe` makes of it, throws is logged; behind `merge`, a `Subject` and the like it is the subscriber's own matter.
   */
  events<T = Unset>(
    pattern: IfSet<T, string>,
    opts?: { group?: string },
  ): Observable<EventMessage<NoInfer<T>>>;
  events<P extends string>(
    pattern: P | keyof EventTypes,
    opts?: { group?: string },
  ): Observable<EventMessage<EventPayload<P>>>;
  events(pattern: string, opts?: { group?: string }): Observable<EventMessage> {
    return this.parts.streams.of(pattern, opts?.group);
  }

  /** As `broadcast`, but to the handlers of this node only. */
  broadcastLocal<E extends string>(event: E | keyof EventTypes, ...args: EmitArgs<E>): Promise<void>;
  broadcastLocal(event: string, payload?: unknown, opts?: EmitOptions): Promise<void> {
    return this.send('broadcastLocal', event, payload, opts);
  }

  /** A typed client for a service: `client<UsersService>('v2.users').get({ id })`. Needs no registration. */
  client<S>(name: string): ServiceClient<S> {
    return createServiceClient(name, (action, params, opts) =>
      this.invoke(action, params, opts),
    ) as ServiceClient<S>;
  }

  /**
   * Resolves when the services can be called.
   *
   * @param names full names, or `{ name, version }`
   * @param timeout ms; default: the option `dependencyTimeout`, 0 = no limit
   * @param _interval Moleculer's; changes are heard at once here
   * @throws MoleculerServerError type `WAITFOR_SERVICES`, `data.services` the missing ones
   */
  waitForServices(
    names: ServiceDependency | readonly ServiceDependency[],
    timeout: number = this.options.dependencyTimeout,
    _interval?: number,
  ): Promise<void> {
    return waitForServices(this.registry, this.deps.scheduler, dependencyNames(names), timeout);
  }

  /**
   * Asks a node for a sign of life; with a list or nothing given, several or all known nodes at once.
   *
   * @param timeout ms. Default 2000
   * @returns `null` where no answer came
   */
  ping(nodeID: string, timeout?: number): Promise<PongResponse | null>;
  ping(nodeIDs?: readonly string[] | null, timeout?: number): Promise<Record<string, PongResponse | null>>;
  ping(
    target?: string | readonly string[] | null,
    timeout = 2000,
  ): Promise<PongResponse | null | Record<string, PongResponse | null>> {
    return pingNodes(this.nodeID, this.control, this.registry, target, timeout);
  }

  /** CPU, memory, operating system, process and time of this node; the answer of `$node.health`. */
  getHealthStatus(): Promise<HealthStatus> {
    return this.deps.health();
  }

  /** Makes a service from a Moleculer schema (no mixins; handlers get the context) and announces it. */
  createService(schema: ServiceSchema): Promise<ServiceHandle> {
    return this.runtime.create(schema);
  }

  /**
   * Makes a service of an instance that Nest had not made when the app started: of a lazily loaded module or from `ModuleRef.create`. It
   * has its decorators, guards and the like as a service found at start has, and is announced. `destroy()` of what is returned, or
   * `destroyService(name)`, takes it back. A request-scoped class of a module is given by any instance of it.
   *
   * @param moduleRef of the module where an instance of `ModuleRef.create` finds its guards and the like. Default: what is global.
   * @throws ServiceSchemaError it is no service, belongs to another broker, its name or an action is taken, a guard cannot be found or
   * would not run; before `onModuleInit`
   */
  registerClass(instance: object, moduleRef?: object): Promise<ServiceHandle> {
    return this.runtime.add(instance, moduleRef);
  }

  /** Withdraws a service that `createService` or `registerClass` made. */
  destroyService(service: ServiceHandle | ServiceDependency): Promise<void> {
    return this.runtime.destroy(service);
  }

  /** Joins the cluster. Nest's life cycle does this; doing it again has no effect. */
  start(): Promise<void> {
    return this.control?.start() ?? Promise.resolve();
  }

  /** Leaves in good order: services withdrawn, running work awaited, DISCONNECT, connections closed. Idempotent. */
  stop(): Promise<void> {
    return this.control?.stop() ?? Promise.resolve();
  }

  /** @internal */
  bind(control: BrokerControl): void {
    this.control = control;
  }

  /** @internal */
  stopRuntimeServices(): Promise<void> {
    return this.runtime.stopAll();
  }

  /** @internal */
  registerServices(definitions: readonly ServiceDefinition[]): void {
    this.parts.services.registerAll(definitions);
  }

  /** @internal From now on `registerClass` works. */
  readClassesWith(reader: ClassReader): void {
    this.runtime.readWith(reader);
  }

  /** @internal Late requests are served for `stopDelay` more. A broker that leaves keeps its services to the end. */
  async withdrawServices(fullNames: readonly string[]): Promise<void> {
    if (this.state === 'leaving') return;
    const { services } = this.parts;
    for (const name of fullNames) services.withdraw(name);
    if (this.state === 'connected') await delay(this.deps.scheduler, this.options.registry.stopDelay);
    for (const name of fullNames) services.unregister(name);
  }

  /** @internal */
  get state(): BrokerState {
    return this.control?.state ?? 'idle';
  }

  /** @internal */
  now(): number {
    return this.deps.scheduler.now();
  }

  /** @internal */
  newID(): string {
    return this.deps.newID(this);
  }

  /** @internal */
  callFrom(
    parent: Context | null,
    action: string,
    params: unknown,
    opts: CallOptions | undefined,
  ): Promise<unknown> {
    return this.parts.dispatcher.call(parent, action, params, opts);
  }

  /** @internal */
  mcallFrom(
    parent: Context | null,
    defs: readonly CallDef[] | Record<string, CallDef>,
    opts: ({ settled?: boolean } & CallOptions) | undefined,
  ): Promise<unknown> {
    return multiCall(defs, opts, (action, params, options) => this.callFrom(parent, action, params, options));
  }

  /** @internal */
  sendFrom(
    parent: Context | null,
    kind: 'emit' | 'broadcast',
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void> {
    return this.parts.events.send(parent, kind, event, payload, opts);
  }

  /** @internal */
  protected invoke(action: string, params: unknown, opts: CallOptions | undefined): Promise<unknown> {
    return this.parts.dispatcher.call(null, action, params, opts);
  }

  /** @internal */
  protected invokeMany(
    defs: readonly CallDef[] | Record<string, CallDef>,
    opts: ({ settled?: boolean } & CallOptions) | undefined,
  ): Promise<unknown> {
    return this.mcallFrom(null, defs, opts);
  }

  /** @internal */
  protected send(
    kind: EventKind,
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void> {
    return this.parts.events.send(null, kind, event, payload, opts);
  }
}

/** @internal */
export interface ServiceBrokerDeps extends BrokerDeps {
  cacher: Cacher;
  ready: Promise<void>;
  newID(broker: ServiceBroker): string;
  health(): Promise<HealthStatus>;
}
