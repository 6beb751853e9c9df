import { Logger } from '@nestjs/common';
import { MoleculerError, MoleculerServerError } from '../errors/moleculer.error.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import * as messages from '../messages/broker.messages.js';
import type { ServiceDefinition } from '../registry/service-definition.js';
import { fullServiceName } from '../registry/service-name.js';
import { defineSchema } from './schema-service.js';
import type { ServiceManager } from './service-manager.js';
import type { ServiceDependency } from '../options/service-dependency.type.js';
import type { RunningService, ServiceHandle, ServiceSchema } from './service-schema.js';

export interface RuntimeHost {
  /** Becomes `this.broker` of the services. */
  broker: object;
}

interface Entry {
  readonly service: RunningService;
  readonly schema: ServiceSchema;
}

/** Services made with `createService`, with their hooks. */
export class RuntimeServices {
  private readonly running = new Map<string, Entry>();
  /** Names of those that start: two of one name must not both run their hooks. */
  private readonly starting = new Set<string>();
  private closed = false;
  private readonly logger = new Logger(messages.BROKER_CONTEXT);

  constructor(
    private readonly services: ServiceManager,
    private readonly host: RuntimeHost,
  ) {}

  async create(schema: ServiceSchema): Promise<ServiceHandle> {
    const name = (schema as Partial<ServiceSchema> | null)?.name;
    const members = { broker: this.host.broker, logger: new Logger(typeof name === 'string' ? name : '') };
    const { definition, service } = defineSchema(schema, members);
    const { fullName } = definition;
    this.reserve(fullName);
    try {
      schema.created?.call(service);
      // As with Moleculer: nobody can call what has not started.
      await schema.started?.call(service);
      await this.register(definition, { service, schema });
    } finally {
      this.starting.delete(fullName);
    }
    const handle = { name: definition.name, fullName, destroy: () => this.destroy(handle) } as ServiceHandle;
    return definition.version === undefined ? handle : { ...handle, version: definition.version };
  }

  async destroy(given: ServiceHandle | ServiceDependency): Promise<void> {
    const fullName = nameOf(given);
    const entry = this.running.get(fullName);
    if (entry === undefined) {
      // A handle may be destroyed twice; a wrong name is a mistake.
      if (typeof given === 'object' && 'destroy' in given) return;
      throw new MoleculerServerError(messages.unknownService(fullName), 404, 'SERVICE_NOT_FOUND', {
        service: fullName,
      });
    }
    this.running.delete(fullName);
    this.services.unregister(fullName);
    await entry.schema.stopped?.call(entry.service);
  }

  /** Runs the `stopped` hooks; one that fails is logged and stops no other. */
  async stopAll(): Promise<void> {
    this.closed = true;
    const entries = [...this.running.values()];
    this.running.clear();
    for (const entry of entries) await this.stopped(entry);
  }

  private reserve(fullName: string): void {
    this.refuseIfClosed(fullName);
    if (this.starting.has(fullName) || this.services.get(fullName) !== undefined) {
      throw new ServiceSchemaError(messages.duplicateService(fullName), { name: fullName });
    }
    this.starting.add(fullName);
  }

  /** What has started is stopped again if it cannot be registered. */
  private async register(definition: ServiceDefinition, entry: Entry): Promise<void> {
    try {
      this.refuseIfClosed(definition.fullName);
      this.services.registerAll([definition]);
      this.running.set(definition.fullName, entry);
    } catch (error) {
      await this.stopped(entry);
      throw error;
    }
  }

  private refuseIfClosed(fullName: string): void {
    if (this.closed) throw new MoleculerError(messages.createdAfterStop(fullName), 500, 'BROKER_STOPPED');
  }

  private async stopped({ service, schema }: Entry): Promise<void> {
    try {
      await schema.stopped?.call(service);
    } catch (error) {
      this.logger.error(
        messages.hookFailed(service.fullName, 'stopped'),
        error instanceof Error ? error.stack : String(error),
      );
    }
  }
}

function nameOf(given: ServiceHandle | ServiceDependency): string {
  if (typeof given === 'string') return given;
  return 'fullName' in given ? given.fullName : fullServiceName(given.name, given.version);
}
