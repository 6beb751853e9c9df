import { Logger } from '@nestjs/common';
import { MoleculerError, MoleculerServerError } from '../errors/moleculer.error.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { SteadyLogger } from '../errors/steady-logger.js';
import { stackOf } from '../errors/thrown.js';
import * as messages from '../messages/broker.messages.js';
import type { ServiceDefinition } from '../registry/service-definition.js';
import { fullServiceName } from '../registry/service-name.js';
import { defineSchema } from './schema-service.js';
import type { ServiceManager } from './service-manager.js';
import type { ServiceDependency } from '../options/service-dependency.type.js';
import type { ServiceHandle, ServiceSchema } from './service-schema.js';

export interface RuntimeHost {
  /** Becomes `this.broker` of the services. */
  broker: object;
}

interface Entry {
  readonly fullName: string;
  /** The hook for the end, if there is one. */
  stopped?(): unknown;
}

/** Reads what decorators declare in an instance. */
export interface ClassReader {
  /** @throws ServiceSchemaError if it is no service, or declared in a way that cannot work */
  read(instance: object, moduleRef: object | undefined): Promise<ServiceDefinition>;
}

/** Services that come at run time: made with `createService`, with their hooks, and instances given to `registerClass`. */
export class RuntimeServices {
  private readonly running = new Map<string, Entry>();
  /** Names of those that start: two of one name must not both run their hooks. */
  private readonly starting = new Set<string>();
  private readonly handles = new WeakMap<object, Entry>();
  private closed = false;
  private reader: ClassReader | null = null;
  private readonly logger = new SteadyLogger(messages.BROKER_CONTEXT);

  constructor(
    private readonly services: ServiceManager,
    private readonly host: RuntimeHost,
  ) {}

  async create(schema: ServiceSchema): Promise<ServiceHandle> {
    const name = (schema as Partial<ServiceSchema> | null)?.name;
    const members = { broker: this.host.broker, logger: new Logger(typeof name === 'string' ? name : '') };
    const { definition, service } = defineSchema(schema, members);
    const { fullName } = definition;
    this.refuseTaken(fullName);
    this.starting.add(fullName);
    const entry = { fullName, stopped: () => schema.stopped?.call(service) };
    try {
      schema.created?.call(service);
      // As with Moleculer: nobody can call what has not started.
      await schema.started?.call(service);
      await this.register(definition, entry);
    } finally {
      this.starting.delete(fullName);
    }
    return this.handle(definition, entry);
  }

  /** From now on classes can be read. */
  readWith(reader: ClassReader): void {
    this.reader = reader;
  }

  async add(instance: object, moduleRef: object | undefined): Promise<ServiceHandle> {
    if (this.reader === null) throw new ServiceSchemaError(messages.registeredTooEarly);
    const definition = await this.reader.read(instance, moduleRef);
    const entry = { fullName: definition.fullName };
    this.refuseTaken(entry.fullName);
    this.services.registerAll([definition]);
    this.running.set(entry.fullName, entry);
    return this.handle(definition, entry);
  }

  async destroy(given: ServiceHandle | ServiceDependency): Promise<void> {
    const own = typeof given === 'object' ? this.handles.get(given) : undefined;
    if (own !== undefined) return this.remove(own);
    const fullName = nameOf(given);
    const entry = this.running.get(fullName);
    if (entry === undefined) {
      // A handle may be destroyed twice; a wrong name is a mistake.
      if (typeof given === 'object' && 'destroy' in given) return;
      throw new MoleculerServerError(messages.unknownService(fullName), 404, 'SERVICE_NOT_FOUND', {
        service: fullName,
      });
    }
    await this.remove(entry);
  }

  /** Runs the `stopped` hooks; one that fails is logged and stops no other. */
  async stopAll(): Promise<void> {
    this.closed = true;
    const entries = [...this.running.values()];
    this.running.clear();
    for (const entry of entries) await this.stopped(entry);
  }

  /** Of a service that has been destroyed it does nothing, also if there is a new one of its name. */
  private handle({ name, version, fullName }: ServiceDefinition, entry: Entry): ServiceHandle {
    const destroy = () => this.remove(entry);
    const handle: ServiceHandle = { name, ...(version !== undefined && { version }), fullName, destroy };
    this.handles.set(handle, entry);
    return handle;
  }

  private async remove(entry: Entry): Promise<void> {
    const { fullName } = entry;
    if (this.running.get(fullName) !== entry) return;
    this.running.delete(fullName);
    this.services.unregister(fullName);
    await entry.stopped?.();
  }

  private refuseTaken(fullName: string): void {
    this.refuseIfClosed(fullName);
    if (this.starting.has(fullName) || this.services.get(fullName) !== undefined) {
      throw new ServiceSchemaError(messages.duplicateService(fullName), { name: fullName });
    }
  }

  /** What has started is stopped again if it cannot be registered. */
  private async register(definition: ServiceDefinition, entry: Entry): Promise<void> {
    try {
      this.refuseIfClosed(definition.fullName);
      this.services.registerAll([definition]);
      this.running.set(entry.fullName, entry);
    } catch (error) {
      await this.stopped(entry);
      throw error;
    }
  }

  private refuseIfClosed(fullName: string): void {
    if (this.closed) throw new MoleculerError(messages.createdAfterStop(fullName), 500, 'BROKER_STOPPED');
  }

  private async stopped({ fullName, stopped }: Entry): Promise<void> {
    try {
      await stopped?.();
    } catch (error) {
      this.logger.error(messages.hookFailed(fullName, 'stopped'), stackOf(error));
    }
  }
}

function nameOf(given: ServiceHandle | ServiceDependency): string {
  if (typeof given === 'string') return given;
  return 'fullName' in given ? given.fullName : fullServiceName(given.name, given.version);
}
