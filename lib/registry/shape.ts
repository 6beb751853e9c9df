import type { ActionInfo, EventInfo, ServiceInfo } from '../protocol/packets.js';
import { isCallableFromAfar } from './visibility.js';
import type { NodeEntry } from './node-entry.js';
import type { Handler } from './service-definition.js';

/** An action as nodes of one shape offer it. */
export interface ActionOffer {
  readonly action: ActionInfo;
  readonly service: ServiceInfo;
  /** Made when first called, then the same for all nodes of the shape. */
  handler: Handler | null;
}

/** A subscription as nodes of one shape have it; `group` is resolved. */
export interface EventOffer {
  readonly event: EventInfo;
  readonly group: string;
  /** Names of the services that have it: Moleculer lists an endpoint for each. Versions of a service count as one (trap 12). */
  readonly services: Set<string>;
}

/** Told when nodes join or leave a shape. */
export interface ShapeWatcher {
  /** @param gone the node that left; null if one joined */
  nodesChanged(gone: NodeEntry | null): void;
}

/**
 * A list of services as announced by any number of nodes, usually the replicas of one program. It is parsed and indexed once; a node
 * that comes or goes is one entry in a set.
 */
export class Shape {
  /** Callable ones by full name. `protected` and `private` ones are announced, but not for us (protocol, trap 27). */
  readonly actions = new Map<string, ActionOffer>();
  readonly events = new Map<string, EventOffer>();
  /** Available nodes, in the order in which they joined. */
  readonly nodes = new Set<NodeEntry>();
  /** Endpoint lists that were made of this shape's nodes. */
  readonly watchers = new Set<ShapeWatcher>();
  /** Nodes that announced it, offline ones included. */
  holders = 0;

  constructor(
    readonly key: string,
    readonly services: readonly ServiceInfo[],
    /** Memory it takes, estimated, bytes. */
    readonly weight: number,
    /** Services, actions and events that were announced but are beyond the limits. */
    readonly leftOut: number,
  ) {
    for (const service of services) {
      for (const action of Object.values(service.actions)) {
        if (isCallableFromAfar(action)) this.actions.set(action.name, { action, service, handler: null });
      }
      for (const event of Object.values(service.events)) {
        this.addEvent(event, service);
      }
    }
  }

  private addEvent(event: EventInfo, service: ServiceInfo): void {
    const group = groupOf(event, service);
    const key = eventKey(event.name, group);
    const services = this.events.get(key)?.services ?? new Set<string>();
    services.add(service.name);
    this.events.set(key, { event, group, services });
  }

  join(node: NodeEntry): void {
    this.nodes.add(node);
    for (const watcher of this.watchers) watcher.nodesChanged(null);
  }

  leave(node: NodeEntry): void {
    this.nodes.delete(node);
    for (const watcher of this.watchers) watcher.nodesChanged(node);
  }
}

/** Identifies a subscription; the length keeps pattern and group apart whatever they contain. */
export function eventKey(pattern: string, group: string): string {
  return `${pattern.length}:${pattern}${group}`;
}

/** The group of an event, by default the *unversioned* name of its service (protocol, trap 12). */
export function groupOf(event: EventInfo, service: ServiceInfo): string {
  return typeof event.group === 'string' && event.group !== '' ? event.group : service.name;
}
