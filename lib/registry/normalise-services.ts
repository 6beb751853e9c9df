import type { ActionInfo, Dictionary, EventInfo, ServiceInfo } from '../protocol/packets.js';
import { fullServiceName } from './service-name.js';
import type { Sieve } from './sieve.js';

/** Fields of a local definition that no announced one may bring along (as in Moleculer), and the key that is none. */
const LEFT_OUT: ReadonlySet<string> = new Set(['handler', 'remoteHandler', 'service', '__proto__']);

/**
 * Makes usable entries of whatever another node announced as its services. What has no name is left out, what has the wrong type is
 * replaced by the default; nothing is thrown. The `actions` and `events` of the result have no prototype and are keyed by the `name`
 * inside the value, not by the key it came under (protocol, trap 11). Of two entries with one full name the later counts. What is
 * beyond the limits stays in the sieve; where the whole is too much for one node nothing comes through.
 */
export function normaliseServices(list: unknown, sieve: Sieve): ServiceInfo[] {
  if (!Array.isArray(list)) return [];
  const services = new Map<string, ServiceInfo>();
  for (const entry of list) {
    const service = normaliseService(entry, sieve);
    if (sieve.tooHeavy) return [];
    if (service !== null) services.set(service.fullName, service);
  }
  return [...services.values()];
}

function normaliseService(entry: unknown, sieve: Sieve): ServiceInfo | null {
  if (!isObject(entry)) return null;
  const name = sieve.name(entry['name']) ?? sieve.name(entry['fullName']);
  if (name === null) return null;
  const version = versionOf(entry['version'], sieve);
  const fullName = sieve.name(entry['fullName']) ?? fullServiceName(name, version);
  sieve.addService(fullName);
  const service: ServiceInfo = {
    name,
    fullName,
    settings: sieve.map(entry['settings']),
    metadata: sieve.map(entry['metadata']),
    actions: byName(named<ActionInfo>(entry['actions'], (item) => sieve.passesAction(item))),
    events: byNameAndGroup(
      named<EventInfo>(entry['events'], (item) => sieve.passesEvent(item)),
      sieve,
    ),
  };
  if (version !== undefined) service.version = version;
  return service;
}

/** What passes, and so has a name. Some nodes send lists instead of maps. */
function named<T extends { readonly name: string }>(
  value: unknown,
  passes: (item: Dictionary) => boolean,
): T[] {
  if (typeof value !== 'object' || value === null) return [];
  const items = Object.values(value).filter((item) => isObject(item) && passes(item));
  return items.map((item) => copyOf(item as Dictionary) as unknown as T);
}

function byName<T extends { readonly name: string }>(items: readonly T[]): Record<string, T> {
  const result = Object.create(null) as Record<string, T>;
  for (const item of items) result[item.name] = item;
  return result;
}

/** A service may have one pattern in several groups; the first has the pattern for its key. A group that is no text is none. */
function byNameAndGroup(
  events: readonly (EventInfo & { group?: unknown })[],
  sieve: Sieve,
): Record<string, EventInfo> {
  const result = Object.create(null) as Record<string, EventInfo>;
  for (const { group: announced, ...rest } of events) {
    const group = sieve.name(announced);
    const event: EventInfo = group === null ? rest : { ...rest, group };
    const other = result[event.name];
    const taken = other !== undefined && other.group !== event.group;
    result[taken ? JSON.stringify([event.name, group]) : event.name] = event;
  }
  return result;
}

function copyOf(item: Dictionary): Dictionary {
  const copy: Dictionary = {};
  for (const key of Object.keys(item)) if (!LEFT_OUT.has(key)) copy[key] = item[key];
  return copy;
}

function versionOf(value: unknown, sieve: Sieve): string | number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return sieve.name(value) ?? undefined;
}

function isObject(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
