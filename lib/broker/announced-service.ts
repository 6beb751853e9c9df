import type { ActionInfo, Dictionary, EventInfo, ServiceInfo } from '../protocol/packets.js';
import type {
  LocalAction,
  LocalEvent,
  LocalService,
  ServiceDefinition,
} from '../registry/service-definition.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { type TellSchema, toldInfo } from './told-schemas.js';

/** From what the explorer found to what the registry holds and INFO tells: handlers wrapped, secrets and private actions left out. */
export function localService(
  definition: ServiceDefinition,
  pipeline: Pipeline,
  announced: boolean,
  tell: TellSchema = () => null,
): LocalService {
  const actions = definition.actions.map((action): LocalAction => ({
    info: toldInfo(action.info, tell),
    visibility: visibilityOf(action.info),
    handler: pipeline.action(action),
  }));
  const events = definition.events.map((event): LocalEvent => ({
    info: toldInfo(event.info, tell),
    group: event.info.group ?? definition.name,
    handler: pipeline.event(event),
  }));
  return { info: infoOf(definition, actions, events), actions, events, announced };
}

function visibilityOf(info: ActionInfo): LocalAction['visibility'] {
  const { visibility } = info;
  return visibility === 'public' || visibility === 'protected' || visibility === 'private'
    ? visibility
    : 'published';
}

function infoOf(definition: ServiceDefinition, actions: LocalAction[], events: LocalEvent[]): ServiceInfo {
  const info: ServiceInfo = {
    name: definition.name,
    fullName: definition.fullName,
    settings: publicSettings(definition.settings),
    metadata: sendable(definition.metadata) as Dictionary,
    actions: Object.create(null) as Record<string, ActionInfo>,
    events: Object.create(null) as Record<string, EventInfo>,
  };
  if (definition.version !== undefined) info.version = definition.version;
  for (const action of actions) {
    if (action.visibility !== 'private') info.actions[action.info.name] = sendable(action.info) as ActionInfo;
  }
  for (const event of events) {
    const key =
      event.info.name in info.events ? JSON.stringify([event.info.name, event.group]) : event.info.name;
    info.events[key] = sendable(event.info) as EventInfo;
  }
  return info;
}

/** Settings less the paths in `$secureSettings` and that key itself; dotted paths reach into objects. */
export function publicSettings(settings: Dictionary): Dictionary {
  const copy = sendable(settings) as Dictionary;
  const secure = settings['$secureSettings'];
  delete copy['$secureSettings'];
  if (Array.isArray(secure)) for (const path of secure) if (typeof path === 'string') remove(copy, path);
  return copy;
}

function remove(target: Dictionary, path: string): void {
  if (Object.hasOwn(target, path)) {
    delete target[path];
    return;
  }
  const [head, ...rest] = path.split('.') as [string, ...string[]];
  const inner = Object.hasOwn(target, head) ? target[head] : undefined;
  if (rest.length > 0 && typeof inner === 'object' && inner !== null)
    remove(inner as Dictionary, rest.join('.'));
}

/**
 * A copy as JSON makes it: functions and undefined values vanish. Shared references are kept each time they occur, which
 * Moleculer's own copy loses (trap 32); only a reference back to a parent is cut.
 */
export function sendable(value: unknown, parents: readonly object[] = []): unknown {
  if (typeof value === 'function' || typeof value === 'symbol' || value === undefined) return undefined;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return sendable((value as { toJSON(): unknown }).toJSON(), parents);
  }
  if (parents.includes(value)) return undefined;
  const chain = [...parents, value];
  if (Array.isArray(value)) return value.map((item) => sendable(item, chain) ?? null);
  const copy: Dictionary = {};
  for (const [key, item] of Object.entries(value)) {
    const sent = sendable(item, chain);
    if (sent !== undefined && key !== '__proto__') copy[key] = sent;
  }
  return copy;
}
