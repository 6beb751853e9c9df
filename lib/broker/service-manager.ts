import type { Logger } from '@nestjs/common';
import { ServiceSchemaError } from '../errors/service.error.js';
import * as messages from '../messages/broker.messages.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { Registry } from '../registry/registry.js';
import type { ServiceDefinition } from '../registry/service-definition.js';
import { localService } from './announced-service.js';
import { type DependencyGate, findCycle } from './dependency-gate.js';

export interface ManagerHost {
  /** What INFO tells has changed. */
  changed(): void;
  /** Raises an internal event. */
  tell(event: string, payload: object): void;
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
    for (const definition of definitions) this.check(definition);
    for (const definition of definitions) this.definitions.set(definition.fullName, definition);
    const cycle = findCycle(new Map([...this.definitions].map(([name, { dependencies }]) => [name, dependencies])));
    if (cycle !== null) {
      for (const definition of definitions) this.definitions.delete(definition.fullName);
      throw new ServiceSchemaError(messages.dependencyCycle(cycle), { cycle });
    }
    for (const definition of definitions) this.register(definition);
  }

  unregister(fullName: string): boolean {
    if (!this.definitions.delete(fullName)) return false;
    this.gate.release(fullName);
    this.registry.unregisterLocal(fullName);
    this.changed();
    return true;
  }

  private register(definition: ServiceDefinition): void {
    this.registry.registerLocal(localService(definition, this.pipeline, false));
    this.logger.log(
      messages.serviceMapped(definition.fullName, definition.actions.length, definition.events.length),
    );
    this.gate.hold(definition.fullName, definition.dependencies, () => {
      this.registry.announce(definition.fullName);
      this.changed();
      this.gate.look();
    });
  }

  private changed(): void {
    this.host.changed();
    this.host.tell('$services.changed', { localService: true });
  }

  private check(definition: ServiceDefinition): void {
    if (this.definitions.has(definition.fullName)) {
      throw new ServiceSchemaError(messages.duplicateService(definition.fullName), { name: definition.fullName });
    }
    for (const action of definition.actions) {
      const other = this.registry.action(action.info.name)?.local;
      if (other == null) continue;
      const owner = this.definitions.get(other.service.fullName);
      const first = owner?.actions.find((candidate) => candidate.info.name === action.info.name)?.origin;
      throw new ServiceSchemaError(
        messages.duplicateAction(action.info.name, first ?? other.service.fullName, action.origin),
        { action: action.info.name },
      );
    }
  }
}
