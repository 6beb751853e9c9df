import { ServiceSchemaError } from '../errors/service.error.js';
import { SteadyLogger } from '../errors/steady-logger.js';
import * as messages from '../messages/broker.messages.js';
import { checkActionOptions, checkEventOptions, checkServiceOptions } from '../options/handler-options.js';
import type { ActionInfo, EventInfo } from '../protocol/packets.js';
import type { ActionDefinition, EventDefinition, ServiceDefinition } from '../registry/service-definition.js';
import { fullActionName, fullServiceName } from '../registry/service-name.js';
import type { ServiceDependency } from '../options/service-dependency.type.js';
import type { RunningService, SchemaHandler, ServiceSchema } from './service-schema.js';

const logger = new SteadyLogger(messages.BROKER_CONTEXT);
const warn = (text: string): void => logger.warn(text);

/** Full names of dependencies, however they were written. */
export function dependencyNames(
  given: ServiceDependency | readonly ServiceDependency[] | undefined,
): string[] {
  if (given == null) return [];
  const list = Array.isArray(given) ? (given as readonly ServiceDependency[]) : [given as ServiceDependency];
  return list.map((one) => (typeof one === 'string' ? one : fullServiceName(one.name, one.version)));
}

/** From Moleculer's schema to a definition, with `this` bound to the running service. */
export function defineSchema(
  schema: ServiceSchema,
  members: Record<string, unknown>,
): { definition: ServiceDefinition; service: RunningService } {
  checkSchema(schema);
  const { name } = schema;
  const version = schema.version ?? undefined;
  const settings = schema.settings ?? {};
  const metadata = schema.metadata ?? {};
  const fullName = fullServiceName(name, version, settings);
  const service = { ...members, name, version, fullName, settings, metadata, schema } as Record<
    string,
    unknown
  >;
  for (const [key, method] of Object.entries(schema.methods ?? {}))
    service[key] = called(method, `Method '${key}' of service '${name}'`).bind(service);
  const running = service as RunningService;
  const definition: ServiceDefinition = {
    name,
    fullName,
    settings,
    metadata,
    dependencies: dependencyNames(schema.dependencies),
    actions: actionsOf(schema, fullName, running),
    events: eventsOf(schema, fullName, running),
  };
  if (version !== undefined) definition.version = version;
  return { definition, service: running };
}

function checkSchema(schema: ServiceSchema): void {
  if (
    typeof schema !== 'object' ||
    schema === null ||
    typeof schema.name !== 'string' ||
    schema.name.trim() === ''
  ) {
    throw new ServiceSchemaError(messages.schemaNeedsName);
  }
  const { name, version, settings, metadata, dependencies } = schema;
  checkServiceOptions(`service '${name}'`, { name, version, settings, metadata, dependencies }, warn);
  for (const hook of ['created', 'started', 'stopped'] as const) {
    if (schema[hook] != null) called(schema[hook], `Hook '${hook}' of service '${name}'`);
  }
  if (schema['mixins'] !== undefined) throw new ServiceSchemaError(messages.mixinsNotBuilt(schema.name));
  if (schema['hooks'] !== undefined || schema['channels'] !== undefined) {
    throw new ServiceSchemaError(
      messages.optionUnsupported(
        `service '${schema.name}'`,
        schema['hooks'] === undefined ? 'channels' : 'hooks',
      ),
    );
  }
}

function actionsOf(schema: ServiceSchema, fullName: string, service: RunningService): ActionDefinition[] {
  const actions: ActionDefinition[] = [];
  for (const [key, given] of Object.entries(schema.actions ?? {})) {
    if (given === false) continue;
    const { handler, ...rest } = entryOf(given);
    const origin = `service '${fullName}', action '${key}'`;
    checkOptions(origin, rest, checkActionOptions);
    const rawName = typeof rest['name'] === 'string' ? rest['name'] : key;
    const info: ActionInfo & { rawName: string } = {
      ...rest,
      rawName,
      name: fullActionName(fullName, rawName, schema.settings),
    };
    actions.push({
      info,
      handler: bound(handler, service, `Action '${info.name}'`),
      origin,
    });
  }
  return actions;
}

function eventsOf(schema: ServiceSchema, fullName: string, service: RunningService): EventDefinition[] {
  return Object.entries(schema.events ?? {}).map(([name, given]) => {
    const { handler, ...rest } = entryOf(given);
    const origin = `service '${fullName}', event '${name}'`;
    checkOptions(origin, rest, checkEventOptions);
    const info: EventInfo = { ...rest, name };
    return { info, handler: bound(handler, service, `Event '${name}'`), origin };
  });
}

/** As for decorated methods: wrong types and options not built yet are errors, not surprises. */
function checkOptions(
  origin: string,
  options: object,
  check: (origin: string, options: object, warn: (text: string) => void) => void,
): void {
  if ('hooks' in options) throw new ServiceSchemaError(messages.optionUnsupported(origin, 'hooks'));
  check(origin, options, warn);
}

/** The handler alone, or with options; whatever else was written has none. */
const entryOf = (given: unknown): Record<string, unknown> =>
  typeof given === 'function' ? { handler: given } : { ...(given as object | null) };

function bound(handler: unknown, service: RunningService, what: string) {
  if (typeof handler !== 'function') throw new ServiceSchemaError(messages.handlerMissing(what));
  return (handler as SchemaHandler).bind(service);
}

function called(given: unknown, what: string): () => unknown {
  if (typeof given !== 'function') throw new ServiceSchemaError(messages.noFunction(what));
  return given as () => unknown;
}
