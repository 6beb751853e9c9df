import type { Observable } from 'rxjs';
import type { ActionInfo, InfoPacket, ServiceInfo } from '../protocol/packets.js';
import type { StrategyChoice } from '../strategies/create-strategy.js';
import type { LoadBalanceStrategy } from '../strategies/load-balance.strategy.js';
import { ActionCatalog } from './action-catalog.js';
import type { CallableAction } from './action-list.js';
import { type Detour, Detours } from './detours.js';
import { EventCatalog } from './event-catalog.js';
import type { EventTargets } from './event-targets.js';
import type { LocalGroup } from './heard-events.js';
import { describeNode, listActions, listEvents, listServices, type OwnedService } from './listing-builder.js';
import type {
  ActionListing,
  EndpointListOptions,
  EventListing,
  NodeListing,
  NodeListOptions,
  ServiceListing,
  ServiceListOptions,
} from './listings.js';
import { LocalServices } from './local-services.js';
import { type InfoOutcome, NodeCatalog } from './node-catalog.js';
import { type LocalNodeFacts, NodeEntry } from './node-entry.js';
import type { RegistryChange, RegistrySink } from './registry-change.js';
import type { RegistryLimits } from './registry-limits.js';
import { RegistryNews } from './registry-news.js';
import { countParts, type RegistryStats } from './registry-stats.js';
import type { Handler, LocalEvent, LocalService } from './service-definition.js';
import { ServiceIndex } from './service-index.js';
import { ShapeStore } from './shape-store.js';
import { StrategyPicker } from './strategy-picker.js';

/** What a registry is made of. */
export interface RegistryDeps {
  nodeID: string;
  instanceID: string;
  /** Whether our own endpoint goes before all others (Moleculer's `registry.preferLocal`). */
  preferLocal: boolean;
  /** For all actions and events that ask for no strategy of their own. */
  strategy: LoadBalanceStrategy;
  /** Makes the strategy an action or event asks for; throws if there is none. */
  createStrategy(choice: StrategyChoice, options?: object): LoadBalanceStrategy;
  limits: RegistryLimits;
  /** Scheduler time, ms. */
  now(): number;
  localNode: LocalNodeFacts;
}

/**
 * Who is in the cluster and who serves what. The lists are those of Moleculer's `$node.*` actions; `changes()` tells when they change.
 *
 * @publicApi
 */
export class Registry {
  /** @internal */ readonly preferLocal: boolean;
  /** @internal */ readonly picker: StrategyPicker;
  /** @internal */ readonly localNode: NodeEntry;
  /** @internal `seq` of our own INFO: grows with every change of what we announce. */
  localSeq = 1;
  private readonly shapes: ShapeStore;
  private readonly actionCatalog: ActionCatalog;
  private readonly eventCatalog: EventCatalog;
  private readonly nodeCatalog: NodeCatalog;
  private readonly local: LocalServices;
  private readonly news: RegistryNews;
  private readonly since: number;
  private readonly serviceIndex = new ServiceIndex();
  private readonly detours = new Detours(this);
  private makeRemoteHandler: (action: ActionInfo) => Handler = () => unhandled;

  constructor(deps: RegistryDeps) {
    this.preferLocal = deps.preferLocal;
    this.picker = new StrategyPicker(deps.strategy, (choice, options) =>
      deps.createStrategy(choice, options),
    );
    const { limits } = deps;
    const now = () => deps.now();
    this.since = now();
    this.shapes = new ShapeStore(limits);
    this.localNode = new NodeEntry(deps.nodeID, true, this.since);
    this.localNode.instanceID = deps.instanceID;
    this.localNode.describe(deps.localNode);
    this.news = new RegistryNews((node) => this.describe(node, true), limits, now);
    this.actionCatalog = new ActionCatalog(this);
    this.eventCatalog = new EventCatalog(this);
    const users = [this.actionCatalog, this.eventCatalog, this.serviceIndex];
    this.nodeCatalog = new NodeCatalog(this.localNode, this.shapes, users, this.news, limits, now);
    this.local = new LocalServices(this.localNode, this.actionCatalog, this.eventCatalog);
  }

  /** The nodes, offline ones too; as `$node.list`. */
  nodes(options: NodeListOptions = {}): NodeListing[] {
    const result: NodeListing[] = [];
    for (const node of this.nodeCatalog.all()) {
      if (options.onlyAvailable && !node.available) continue;
      result.push(this.describe(node, options.withServices === true));
    }
    return result;
  }

  /** The services of all available nodes; as `$node.services`, where `grouping` is on by default. */
  services(options: ServiceListOptions = {}): ServiceListing[] {
    return listServices(this.ownedServices(), options);
  }

  /** The callable actions, and those that were; as `$node.actions`. */
  actions(options: EndpointListOptions = {}): ActionListing[] {
    return listActions(this.actionCatalog.all(), options);
  }

  /** The event subscriptions, an entry for each pattern and group; as `$node.events`. */
  events(options: EndpointListOptions = {}): EventListing[] {
    return listEvents(this.eventCatalog.all(), this.localNode, options);
  }

  /** Nodes and services that come, go or change, from now on. Completes when the broker stops. A subscriber that throws harms nobody. */
  changes(): Observable<RegistryChange> {
    return this.news.changes();
  }

  /** @internal Called once for each action and shape, when it is first called. */
  setRemoteHandler(make: (action: ActionInfo) => Handler): void {
    this.makeRemoteHandler = make;
  }

  /** @internal */
  listen(sink: RegistrySink): void {
    this.news.listen(sink);
  }

  /** @internal The list of an action that is known or was; `hidden` ones are to be treated as unknown. */
  action(name: string): CallableAction | undefined {
    return this.actionCatalog.get(name);
  }

  /** @internal Names of actions that can be called now. */
  actionNames(): Iterable<string> {
    return this.actionCatalog.names();
  }

  /** @internal What helps against an unknown action, where a test knows. */
  remedy(_action: string): string | null {
    return null;
  }

  /** @internal For tests: look-ups take this first. @returns what takes it away again */
  divert(detour: Detour): () => void {
    const undo = this.detours.add(detour);
    // Whoever waits for a service looks again.
    this.news.servicesChanged(this.localNode);
    return undo;
  }

  /** @internal */
  event(name: string): EventTargets {
    return this.eventCatalog.get(name);
  }

  /** @internal Our own listeners of an event that another node sent. */
  localListeners(event: string): readonly LocalGroup[] {
    return this.eventCatalog.local(event);
  }

  /** @internal Whether a service can be called: announced by us, or by a node that is there. */
  hasService(fullName: string): boolean {
    return this.local.get(fullName)?.announced === true || this.serviceIndex.has(fullName);
  }

  /** @internal A service of that full name is replaced. */
  registerLocal(service: LocalService): void {
    this.local.add(service);
    this.news.servicesChanged(this.localNode);
  }

  /** @internal */
  unregisterLocal(fullName: string): LocalService | undefined {
    const service = this.local.remove(fullName);
    if (service !== undefined) this.news.servicesChanged(this.localNode);
    return service;
  }

  /** @internal One more listener of a service that is here; none of its `events`, and gone by `removeListener` alone. */
  addListener(service: LocalService, event: LocalEvent): void {
    this.local.listen(service, event);
    this.news.servicesChanged(this.localNode);
  }

  /** @internal */
  removeListener({ info }: LocalService, event: LocalEvent): void {
    this.eventCatalog.removeLocal(event.info.name, event.group, info);
    this.news.servicesChanged(this.localNode);
  }

  /** @internal */
  localServices(): readonly LocalService[] {
    return this.local.all();
  }

  /** @internal From now on the service is part of our INFO. */
  announce(fullName: string): void {
    const service = this.local.get(fullName);
    if (service === undefined || service.announced) return;
    service.announced = true;
    this.news.servicesChanged(this.localNode);
  }

  /** @internal From now on it is not, though it can be called yet. */
  withdraw(fullName: string): void {
    const service = this.local.get(fullName);
    if (service === undefined || !service.announced) return;
    service.announced = false;
    this.news.servicesChanged(this.localNode);
  }

  /** @internal The `services` of our INFO. */
  announcedInfo(): ServiceInfo[] {
    return this.localServices()
      .filter((service) => service.announced)
      .map((service) => service.info);
  }

  /** @internal Protocol section 5; see `NodeCatalog`. */
  applyInfo(packet: InfoPacket, beats = false, asked = false): InfoOutcome {
    return this.nodeCatalog.applyInfo(packet, beats, asked);
  }

  /** @internal With our own ID: the CPU sample that we send. */
  heartbeat(nodeID: string, cpu: number | null): 'known' | 'offline' | 'unknown' {
    return this.nodeCatalog.heartbeat(nodeID, cpu);
  }

  /** @internal */
  disconnect(nodeID: string, unexpected: boolean): boolean {
    return this.nodeCatalog.disconnect(nodeID, unexpected);
  }

  /** @internal Disconnects nodes silent for longer than `silentFor` ms, removes offline ones silent for longer than `forgetAfter` ms. */
  sweep(options: { silentFor: number | null; forgetAfter: number | null }): void {
    this.nodeCatalog.sweep(options.silentFor, options.forgetAfter);
  }

  /** @internal All available nodes count as just heard: the silence was ours. */
  touchAll(): void {
    this.nodeCatalog.touchAll();
  }

  /** @internal */
  node(id: string): NodeEntry | undefined {
    return this.nodeCatalog.get(id);
  }

  /** @internal */
  remoteNodes(): IterableIterator<NodeEntry> {
    return this.nodeCatalog.remote();
  }

  /** @internal */
  remoteHandler(action: ActionInfo): Handler {
    return this.makeRemoteHandler(action);
  }

  /** @internal What there is in memory; for tests. */
  stats(): RegistryStats {
    return countParts(this.nodeCatalog, this.shapes, this.actionCatalog, this.eventCatalog);
  }

  /** @internal Subscribers of `changes()`. For leak tests. */
  get watchers(): number {
    return this.news.watchers;
  }

  /** @internal */
  complete(): void {
    this.news.complete();
  }

  private describe(node: NodeEntry, withServices: boolean): NodeListing {
    if (!node.local)
      return describeNode(
        node,
        this.since,
        node.seq,
        withServices ? [...(node.shape?.services ?? [])] : undefined,
      );
    return describeNode(node, this.since, this.localSeq, withServices ? this.local.infos() : undefined);
  }

  private *ownedServices(): IterableIterator<OwnedService> {
    for (const service of this.local.infos()) yield { node: this.localNode, service };
    for (const node of this.remoteNodes()) {
      if (!node.available || node.shape === null) continue;
      for (const service of node.shape.services) yield { node, service };
    }
  }
}

/** Stands for remote handlers until they are set: endpoints can be listed and chosen, not run. */
const unhandled: Handler = () => {
  throw new Error('No remote handler is set');
};
