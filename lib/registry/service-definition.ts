import type { Context } from '../context/context.js';
import type { ActionInfo, Dictionary, EventInfo, ServiceInfo } from '../protocol/packets.js';

/**
 * A compiled handler: takes the context; returns a value, a promise or an Observable (its last value counts), or throws.
 */
export type Handler = (ctx: Context) => unknown;

/** A service as the explorer or `createService` hands it to the broker, before the pipeline is built around its handlers. */
export interface ServiceDefinition {
  name: string;
  version?: string | number;
  /** With the version prefix, unless `$noVersionPrefix`. */
  fullName: string;
  /** As written, secure settings included; they are removed when announced. */
  settings: Dictionary;
  metadata: Dictionary;
  /** Full names of the services that must be there before this one is announced. */
  dependencies: string[];
  actions: ActionDefinition[];
  events: EventDefinition[];
}

export interface ActionDefinition {
  /** What peers see, less functions; `info.name` is the full name. */
  info: ActionInfo & { rawName: string };
  handler: Handler;
  /** `Class.method` or the like, for messages. */
  origin: string;
}

export interface EventDefinition {
  /** `info.name` is the pattern, `info.group` the group or absent. */
  info: EventInfo;
  handler: Handler;
  origin: string;
}

/** A service with its handlers wrapped, ready to be found by calls and events. `announced: false` keeps it out of INFO. */
export interface LocalService {
  /** The entry of INFO: private actions left out, secure settings removed. */
  info: ServiceInfo;
  actions: LocalAction[];
  events: LocalEvent[];
  announced: boolean;
}

export interface LocalAction {
  info: ActionInfo;
  visibility: 'published' | 'public' | 'protected' | 'private';
  handler: Handler;
}

export interface LocalEvent {
  info: EventInfo;
  /** Resolved: the event's own group, else the unversioned service name. */
  group: string;
  handler: Handler;
}
