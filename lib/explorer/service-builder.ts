import { isDeepStrictEqual } from 'node:util';
import { dependencyNames } from '../broker/schema-service.js';
import { fullActionName, fullServiceName } from '../broker/service-name.js';
import { ServiceSchemaError } from '../errors/service.error.js';
import { contradictingSetting, doubledAction, doubledService } from '../messages/explorer.messages.js';
import type { ActionInfo, Dictionary } from '../protocol/packets.js';
import type { ActionDefinition, ServiceDefinition } from '../registry/service-definition.js';
import { eventDefinitions } from './listeners.js';

import type { ServicePart } from './service-part.js';

/**
 * Puts classes of one name and version together.
 *
 * @throws ServiceSchemaError doubled actions, doubled full names, contradicting settings or metadata
 */
export function buildServices(parts: readonly ServicePart[]): ServiceDefinition[] {
  const groups = new Map<string, ServicePart[]>();
  for (const part of parts) {
    const key = JSON.stringify([part.name, part.options.version ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const services = [...groups.values()].map((group) => ({ group, service: buildService(group) }));
  checkServiceNames(services);
  checkActionNames(services.flatMap(({ service }) => service.actions));
  return services.map(({ service }) => service);
}

function buildService(parts: readonly ServicePart[]): ServiceDefinition {
  const [{ name, options }] = parts;
  const version = options.version === '' ? undefined : (options.version ?? undefined);
  const settings = merged(name, 'settings', parts);
  const fullName = fullServiceName(name, version, settings);
  return {
    name,
    ...(version !== undefined && { version }),
    fullName,
    settings,
    metadata: merged(name, 'metadata', parts),
    dependencies: [...new Set(parts.flatMap((part) => dependencyNames(part.options.dependencies)))],
    actions: parts.flatMap((part) =>
      part.actions.map((action) => actionDefinition(fullName, settings, action)),
    ),
    events: eventDefinitions(
      fullName,
      parts.flatMap((part) => part.events),
    ),
  };
}

function actionDefinition(
  service: string,
  settings: Dictionary,
  { name, options, handler, origin }: ServicePart['actions'][number],
): ActionDefinition {
  const info = {
    ...options,
    name: fullActionName(service, name, settings),
    rawName: name,
  };
  return {
    info: info as ActionInfo & { rawName: string },
    handler,
    origin,
  };
}

function merged(service: string, where: 'settings' | 'metadata', parts: readonly ServicePart[]): Dictionary {
  const all = new Map<string, { value: unknown; origin: string }>();
  for (const { origin, options } of parts) {
    for (const [key, value] of Object.entries(options[where] ?? {})) {
      const before = all.get(key);
      if (before && !isDeepStrictEqual(before.value, value)) {
        throw new ServiceSchemaError(contradictingSetting(service, where, key, before.origin, origin));
      }
      all.set(key, { value, origin });
    }
  }
  return Object.fromEntries([...all].map(([key, { value }]) => [key, value]));
}

function checkServiceNames(services: readonly { group: ServicePart[]; service: ServiceDefinition }[]): void {
  const origins = new Map<string, string>();
  for (const { group, service } of services) {
    const other = origins.get(service.fullName);
    if (other !== undefined) {
      throw new ServiceSchemaError(doubledService(service.fullName, other, group[0].origin));
    }
    origins.set(service.fullName, group[0].origin);
  }
}

function checkActionNames(actions: readonly ActionDefinition[]): void {
  const origins = new Map<string, string>();
  for (const { info, origin } of actions) {
    const other = origins.get(info.name);
    if (other !== undefined) throw new ServiceSchemaError(doubledAction(info.name, other, origin));
    origins.set(info.name, origin);
  }
}
