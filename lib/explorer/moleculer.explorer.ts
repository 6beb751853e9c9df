import type { ApplicationConfig, DiscoveryService, MetadataScanner, SerializedGraph } from '@nestjs/core';
import type { Observable } from 'rxjs';
import type { EventMessage } from '../context/contract.types.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import {
  globalEnhancerTooLate,
  nothingDeclared,
  notSingleton,
  otherBroker,
} from '../messages/explorer.messages.js';
import type { GlobalEnhancersOptions } from '../options/global-enhancers.options.js';
import type { ServiceDefinition } from '../registry/service-definition.js';
import { BrokerDirectory } from './broker-directory.js';
import { type DeclaredClass, declaredClass, isService } from './declared-class.js';
import { compilePart, warn } from './compile-part.js';
import { GlobalEnhancers } from './global-enhancers.js';
import { type FoundPart, insertEntrypoints } from './graph-entries.js';
import { HandlerFactory } from './handler-factory.js';
import { lateClass } from './late-class.js';
import { checkServiceOptions } from '../options/handler-options.js';
import { buildServices } from './service-builder.js';

/** Where event streams come from: the broker. */
export interface EventSource {
  events(pattern: string, options?: { group?: string }): Observable<EventMessage>;
}

export interface ExplorerDeps {
  readonly discovery: DiscoveryService;
  readonly scanner: MetadataScanner;
  readonly config: ApplicationConfig;
  readonly globalEnhancers: Readonly<Required<GlobalEnhancersOptions>>;
  /** Name of the broker; undefined: the default one. */
  readonly broker: string | undefined;
  /** Of Nest's devtools; without it nothing is drawn. */
  readonly graph?: SerializedGraph;
}

/** Finds what the decorators declare in the app's providers and controllers, for one broker. */
export class MoleculerExplorer {
  private found: readonly DeclaredClass[] | null = null;
  private readonly globals: GlobalEnhancers;
  private readonly factory: HandlerFactory;

  constructor(private readonly deps: ExplorerDeps) {
    this.globals = new GlobalEnhancers(deps.config, deps.globalEnhancers);
    this.factory = new HandlerFactory(this.globals);
  }

  /**
   * Gives their Observables to `@EventStream` properties that Nest could not inject: of instances made by factories and of modules that
   * do not see ours.
   *
   * @throws ServiceSchemaError on request-scoped and transient classes
   */
  assignStreams(source: EventSource): void {
    for (const declared of this.classes()) assignStreams(declared, source);
  }

  /**
   * The services of this broker, their handlers compiled. To be called once the app's instances exist and `useGlobal…` have been called:
   * not before `onModuleInit`.
   *
   * @throws ServiceSchemaError naming class and method, for whatever is declared in a way that cannot work
   */
  async explore(): Promise<ServiceDefinition[]> {
    const found: FoundPart[] = [];
    for (const declared of this.classes()) {
      if (isService(declared))
        found.push({ wrapper: declared.wrapper, part: await compilePart(declared, this.factory) });
    }
    const services = buildServices(found.map(({ part }) => part));
    if (this.deps.graph !== undefined) insertEntrypoints(this.deps.graph, found, services);
    return services;
  }

  /**
   * The service of an instance that was not there at the start.
   *
   * @param moduleRef of the module that has its enhancers
   * @throws ServiceSchemaError as `explore`; the instance declares nothing, or belongs to another broker
   */
  async exploreLate(
    given: unknown,
    moduleRef: object | undefined,
    source: EventSource,
  ): Promise<ServiceDefinition> {
    const { discovery, scanner, broker } = this.deps;
    const wrapper = lateClass(given, moduleRef, discovery, broker);
    const declared = declaredClass(wrapper, scanner);
    if (declared === undefined || !isService(declared)) {
      throw new ServiceSchemaError(nothingDeclared((given as object).constructor.name));
    }
    const { type, service } = declared;
    if (service !== undefined) checkServiceOptions(type.name, service, warn);
    if (service?.broker !== broker)
      throw new ServiceSchemaError(otherBroker(type.name, service?.broker, broker));
    if (!this.globals.reach(wrapper)) throw new ServiceSchemaError(globalEnhancerTooLate(type.name));
    assignStreams(declared, source);
    const [definition] = buildServices([await compilePart(declared, this.factory)]);
    return definition;
  }

  private classes(): readonly DeclaredClass[] {
    if (this.found !== null) return this.found;
    const { discovery, scanner, broker } = this.deps;
    const brokers = new BrokerDirectory(discovery);
    brokers.checkSingle(broker);
    const found: DeclaredClass[] = [];
    for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
      const declared = declaredClass(wrapper, scanner);
      if (declared === undefined) continue;
      const { type, service } = declared;
      const own = service?.broker === broker;
      // Each explorer sees all classes; its warnings are those of its own.
      if (service !== undefined) checkServiceOptions(type.name, service, own ? warn : () => undefined);
      if (own) found.push(declared);
      else brokers.checkKnown(type.name, service?.broker);
    }
    return (this.found = found);
  }
}

function assignStreams({ wrapper, type, streams }: DeclaredClass, source: EventSource): void {
  for (const { property, pattern, group } of streams) {
    if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) {
      throw new ServiceSchemaError(notSingleton(`${type.name}.${String(property)}`));
    }
    const instance = wrapper.instance as Record<string | symbol, unknown>;
    instance[property] ??= source.events(pattern, group === undefined ? undefined : { group });
  }
}
