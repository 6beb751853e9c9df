import type { ActionInfo, EventInfo, ServiceInfo } from '../protocol/packets.js';
import type { ActionList } from './action-list.js';
import type { EventList } from './event-list.js';
import type {
  ActionListing,
  EndpointListing,
  EndpointListOptions,
  EventListing,
  NodeListing,
  ServiceListing,
  ServiceListOptions,
} from './listings.js';
import type { NodeEntry } from './node-entry.js';
import { isCallableFromAfar } from './visibility.js';

/** @param since scheduler time (ms) from which seconds are counted */
export function describeNode(
  node: NodeEntry,
  since: number,
  seq: number,
  services?: ServiceInfo[],
): NodeListing {
  const listing: NodeListing = {
    id: node.id,
    instanceID: node.instanceID,
    available: node.available,
    local: node.local,
    lastHeartbeatTime: seconds(node.heardAt - since),
    config: node.config,
    client: node.client ?? {},
    metadata: node.metadata,
    ipList: [...node.ipList],
    hostname: node.hostname,
    udpAddress: null,
    cpu: node.cpu,
    cpuSeq: node.cpu === null ? null : 1,
    seq,
    offlineSince: node.offlineSince === null ? null : seconds(node.offlineSince - since),
  };
  if (node.local) listing.port = null;
  if (services !== undefined) listing.services = services;
  return listing;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}

/** A service on one node. */
export interface OwnedService {
  node: NodeEntry;
  service: ServiceInfo;
}

export function listServices(owned: Iterable<OwnedService>, o: ServiceListOptions): ServiceListing[] {
  const result: ServiceListing[] = [];
  const grouped = new Map<string, ServiceListing>();
  for (const { node, service } of owned) {
    if (o.skipInternal && service.name.startsWith('$')) continue;
    if (o.onlyLocal && !node.local) continue;
    if (o.onlyAvailable && !node.available) continue;
    const known = o.grouping ? grouped.get(service.fullName) : undefined;
    const listing = known ?? describeService(node, service);
    if (known === undefined) {
      result.push(listing);
      if (o.grouping) grouped.set(service.fullName, listing);
      else listing.nodeID = node.id;
    }
    if (o.grouping) (listing.nodes ??= []).push(node.id);
    if (o.withActions) addActions((listing.actions ??= {}), service, node.local);
    if (o.withEvents) addEvents((listing.events ??= {}), service);
  }
  return result;
}

function describeService(node: NodeEntry, service: ServiceInfo): ServiceListing {
  const { name, version, fullName, settings, metadata } = service;
  const listing: ServiceListing = {
    name,
    fullName,
    settings,
    metadata,
    local: node.local,
    available: node.available,
  };
  if (version !== undefined) listing.version = version;
  return listing;
}

/** What the first node said stays; later ones add what it has not. */
function addActions(to: Record<string, ActionInfo>, service: ServiceInfo, local: boolean): void {
  for (const action of Object.values(service.actions)) {
    if (action['protected'] || (!local && !isCallableFromAfar(action))) continue;
    addOwn(to, action);
  }
}

function addEvents(to: Record<string, EventInfo>, service: ServiceInfo): void {
  for (const event of Object.values(service.events)) if (!event.name.startsWith('$')) addOwn(to, event);
}

/** As an own property also where the name is that of an accessor of all objects (`__proto__`). */
function addOwn<T extends { readonly name: string }>(to: Record<string, T>, item: T): void {
  if (Object.hasOwn(to, item.name)) return;
  Object.defineProperty(to, item.name, {
    value: { ...item },
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

export function listActions(lists: Iterable<ActionList>, o: EndpointListOptions): ActionListing[] {
  const result: ActionListing[] = [];
  for (const list of lists) {
    if (list.hidden || (o.skipInternal && list.name.startsWith('$'))) continue;
    const hasLocal = list.local !== null && list.local.visibility !== 'private';
    const count = list.count;
    if ((o.onlyLocal && !hasLocal) || (o.onlyAvailable && count === 0)) continue;
    const listing: ActionListing = { name: list.name, count, hasLocal, available: count > 0 };
    const action = list.first?.action;
    if (action?.['protected'] === true) continue;
    if (action !== undefined) listing.action = { ...action };
    if (o.withEndpoints && count > 0) listing.endpoints = [...list.owners()].map(endpointListing);
    result.push(listing);
  }
  return result;
}

export function listEvents(
  lists: Iterable<EventList>,
  local: NodeEntry,
  o: EndpointListOptions,
): EventListing[] {
  const result: EventListing[] = [];
  for (const list of lists) {
    if (o.skipInternal && list.pattern.startsWith('$')) continue;
    const owners = ownersOf(list, local);
    const hasLocal = list.local.listeners.length > 0;
    if ((o.onlyLocal && !hasLocal) || (o.onlyAvailable && owners.length === 0)) continue;
    const listing: EventListing = {
      name: list.pattern,
      group: list.group,
      count: owners.length,
      hasLocal,
      available: owners.length > 0,
    };
    const event = list.first;
    if (event !== undefined) listing.event = { ...event };
    if (o.withEndpoints && owners.length > 0) listing.endpoints = owners.map(endpointListing);
    result.push(listing);
  }
  return result;
}

/** As in Moleculer each service of a node counts. */
function ownersOf(list: EventList, local: NodeEntry): Owner[] {
  const own = new Set(list.local.listeners.map(({ service }) => service.name));
  const owners: Owner[] = [];
  const add = (node: NodeEntry, times: number) => {
    for (let i = 0; i < times; i++) owners.push({ nodeID: node.id, available: node.available });
  };
  add(local, own.size);
  for (const [shape, offer] of list.offers) for (const node of shape.nodes) add(node, offer.services.size);
  return owners;
}

type Owner = { nodeID: string; available: boolean };

function endpointListing({ nodeID, available }: Owner): EndpointListing {
  return { nodeID, state: true, available };
}
