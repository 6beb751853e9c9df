import type { Logger } from '@nestjs/common';
import { ServiceSchemaError } from '../errors/service.error.js';
import * as messages from '../messages/broker.messages.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { Registry } from '../registry/registry.js';
import type { LocalService, ServiceDefinition } from '../registry/service-definition.js';
import { localService } from './announced-service.js';
import { findCycle } from './dependency-cycle.js';
import type { DependencyGate } from './dependency-gate.js';
import type { TellSchema } from './told-schemas.js';

export interface ManagerHost {
  /** What INFO tells has changed. */
  changed(): void;
  /** Raises an internal event. */
  tell(event: string, payload: object): void;
  /** What INFO tells of a schema. */
  tellSchema: TellSchema;
}

/** The services of this node: registered at once for local calls, announced when their dependencies are there. */
export class ServiceManager {
  private readonly definitions = new Map<string, ServiceDefinition>();

  constructor(
    private readonly registry: Registry,
    private readonly pipeline: Pipeline,
    private readonly gate: DependencyGate,
    private readonly host: ManagerHost,
    private readonly logger: Logger,
  ) {}

  get(fullName: string): ServiceDefinition | undefined {
    return this.definitions.get(fullName);
  }

  /** Several at once, so that services may depend on each other in any order. */
  registerAll(definitions: readonly ServiceDefinition[]): void {
    const all = new Map(this.definitions);
    const origins = new Map<string, string>();
    for (const definition of definitions) {
      this.check(definition, all, origins);
      all.set(definition.fullName, definition);
    }
    const cycle = findCycle(new Map([...all].map(([name, { dependencies }]) => [name, dependencies])));
    if (cycle !== null) throw new ServiceSchemaError(messages.dependencyCycle(cycle), { cycle });
    // Schemas are compiled here: should one be wrong, nothing is kept.
    const services = definitions.map((definition) =>
      localService(definition, this.pipeline, false, this.host.tellSchema),
    );
    definitions.forEach((definition, i) => this.register(definition, services[i]));
  }

  /** Takes a service out of what peers are told; whoever still asks for it is served. */
  withdraw(fullName: string): void {
    this.gate.release(fullName);
    this.registry.withdraw(fullName);
    this.changed();
  }

  unregister(fullName: string): boolean {
    if (!this.definitions.delete(fullName)) return false;
    this.gate.release(fullName);
    this.registry.unregisterLocal(fullName);
    this.changed();
    return true;
  }

  private register(definition: ServiceDefinition, service: LocalService): void {
    this.definitions.set(definition.fullName, definition);
    this.registry.registerLocal(service);
    this.logger.log(
      messages.serviceMapped(definition.fullName, definition.actions.length, definition.events.length),
    );
    const open = () => {
      this.registry.announce(definition.fullName);
      this.changed();
      this.gate.look();
    };
    const own = definition.settings['$dependencyTimeout'];
    this.gate.hold(
      definition.fullName,
      definition.dependencies,
      open,
      typeof own === 'number' ? own : undefined,
    );
  }

  private changed(): void {
    this.host.changed();
    this.host.tell('$services.changed', { localService: true });
  }

  /** @param origins where the actions of those that come with it are defined */
  private check(
    { fullName, actions }: ServiceDefinition,
    all: ReadonlyMap<string, ServiceDefinition>,
    origins: Map<string, string>,
  ): void {
    if (all.has(fullName))
      throw new ServiceSchemaError(messages.duplicateService(fullName), { name: fullName });
    for (const { info, origin } of actions) {
      const first = origins.get(info.name) ?? this.originOf(info.name);
      if (first !== undefined) {
        throw new ServiceSchemaError(messages.duplicateAction(info.name, first, origin), {
          action: info.name,
        });
      }
      origins.set(info.name, origin);
    }
  }

  private originOf(action: string): string | undefined {
    const owner = this.registry.action(action)?.local?.service.fullName;
    if (owner === undefined) return undefined;
    return this.definitions.get(owner)?.actions.find(({ info }) => info.name === action)?.origin ?? owner;
  }
}
