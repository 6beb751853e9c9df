import { Logger } from '@nestjs/common';
import { MoleculerServerError } from '../errors/moleculer.error.js';
import * as messages from '../messages/broker.messages.js';
import { fullServiceName } from '../registry/service-name.js';
import { defineSchema } from './schema-service.js';
import type { ServiceManager } from './service-manager.js';
import type { RunningService, ServiceDependency, ServiceHandle, ServiceSchema } from './service-schema.js';

export interface RuntimeHost {
  /** Becomes `this.broker` of the services. */
  broker: object;
}

/** Services made with `createService`, with their hooks. */
export class RuntimeServices {
  private readonly running = new Map<string, { service: RunningService; schema: ServiceSchema }>();
  private readonly logger = new Logger(messages.BROKER_CONTEXT);

  constructor(
    private readonly services: ServiceManager,
    private readonly host: RuntimeHost,
  ) {}

  async create(schema: ServiceSchema): Promise<ServiceHandle> {
    const name = (schema as Partial<ServiceSchema> | null)?.name;
    const members = { broker: this.host.broker, logger: new Logger(typeof name === 'string' ? name : '') };
    const { definition, service } = defineSchema(schema, members);
    schema.created?.call(service);
    // As with Moleculer: nobody can call what has not started.
    await schema.started?.call(service);
    this.services.registerAll([definition]);
    const { fullName } = definition;
    this.running.set(fullName, { service, schema });
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
    const entries = [...this.running.values()];
    this.running.clear();
    for (const { service, schema } of entries) {
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
}

function nameOf(given: ServiceHandle | ServiceDependency): string {
  if (typeof given === 'string') return given;
  return 'fullName' in given ? given.fullName : fullServiceName(given.name, given.version);
}
