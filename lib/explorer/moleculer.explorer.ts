import 'reflect-metadata';
import { Logger, type Scope, type ScopeOptions } from '@nestjs/common';
import type { ApplicationConfig, DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Observable } from 'rxjs';
import type { EventMessage } from '../context/contract.types.js';
import { SCOPE_OPTIONS } from '../decorators/metadata.keys.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { notSingleton, scopeErased } from '../messages/explorer.messages.js';
import type { GlobalEnhancersOptions } from '../options/global-enhancers.options.js';
import type { ServiceDefinition } from '../registry/service-definition.js';
import { BrokerDirectory } from './broker-directory.js';
import { declaredClass } from './declared-class.js';
import type { DeclaredClass, DeclaredMethod } from './declared-class.js';
import { GlobalEnhancers } from './global-enhancers.js';
import { HandlerFactory } from './handler-factory.js';
import { checkActionOptions, checkEventOptions, checkServiceOptions } from '../options/handler-options.js';
import { buildServices } from './service-builder.js';
import { defaultServiceName } from './default-name.js';
import type { ServicePart } from './service-part.js';

const logger = new Logger('Moleculer');
const warn = (text: string): void => logger.warn(text);

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
}

/** Finds what the decorators declare in the app's providers and controllers, for one broker. */
export class MoleculerExplorer {
  private found: readonly DeclaredClass[] | null = null;

  constructor(private readonly deps: ExplorerDeps) {}

  /**
   * Gives their Observables to `@EventStream` properties that Nest could not inject: of instances made by factories and of modules that
   * do not see ours.
   *
   * @throws ServiceSchemaError on request-scoped and transient classes
   */
  assignStreams(source: EventSource): void {
    for (const { wrapper, type, streams } of this.classes()) {
      for (const { property, pattern, group } of streams) {
        if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) {
          throw new ServiceSchemaError(notSingleton(`${type.name}.${String(property)}`));
        }
        const instance = wrapper.instance as Record<string | symbol, unknown>;
        instance[property] ??= source.events(pattern, group === undefined ? undefined : { group });
      }
    }
  }

  /**
   * The services of this broker, their handlers compiled. To be called once the app's instances exist and `useGlobal…` have been called:
   * not before `onModuleInit`.
   *
   * @throws ServiceSchemaError naming class and method, for whatever is declared in a way that cannot work
   */
  async explore(): Promise<ServiceDefinition[]> {
    const { config, globalEnhancers } = this.deps;
    const factory = new HandlerFactory(new GlobalEnhancers(config, globalEnhancers));
    const parts: ServicePart[] = [];
    for (const declared of this.classes()) {
      if (declared.service === undefined && declared.methods.length === 0) continue;
      parts.push(await servicePart(declared, factory));
    }
    return buildServices(parts);
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

async function servicePart(declared: DeclaredClass, factory: HandlerFactory): Promise<ServicePart> {
  const { wrapper, type, methods } = declared;
  const options = declared.service ?? {};
  checkScope(type, options.scope);
  const part = {
    origin: type.name,
    name: options.name ?? defaultServiceName(type.name),
    options,
    actions: [] as ServicePart['actions'][number][],
    events: [] as ServicePart['events'][number][],
  };
  for (const method of methods) {
    const origin = `${type.name}.${method.name}`;
    checkOptions(origin, method);
    const handler = await factory.create({
      wrapper,
      host: wrapper.host!,
      type,
      methodName: method.name,
      method: method.method,
      origin,
    });
    const entry = (given: { name?: string }) => ({ name: given.name ?? method.name, handler, origin });
    for (const action of method.actions) part.actions.push({ ...entry(action), options: action });
    for (const event of method.events) part.events.push({ ...entry(event), options: event });
  }
  return part;
}

function checkOptions(origin: string, { actions, events }: DeclaredMethod): void {
  for (const action of actions) checkActionOptions(origin, action, warn);
  for (const event of events) checkEventOptions(origin, event, warn);
}

/** `@Injectable` above `@Service` runs last and writes its own scope, or none, over that of `@Service`. */
function checkScope(type: Function, scope: Scope | undefined): void {
  const options = Reflect.getMetadata(SCOPE_OPTIONS, type) as ScopeOptions | undefined;
  if (scope !== undefined && (options?.scope ?? 0) !== scope)
    throw new ServiceSchemaError(scopeErased(type.name));
}
