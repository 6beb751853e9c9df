import type { Context } from '../context/context.js';
import { carryCursor } from '../strategies/cursor.js';
import type { LoadBalanceStrategy } from '../strategies/load-balance.strategy.js';
import { balance } from './balance.js';
import type { EventList } from './event-list.js';
import type { LocalListenerList } from './local-listeners.js';
import { type EventEndpoint, NodeEventEndpoint } from './node-endpoint.js';
import { byArrival, type NodeEntry } from './node-entry.js';
import type { EventOffer, ShapeWatcher } from './shape.js';
import type { StrategyPicker } from './strategy-picker.js';

/** What groups need of the registry. */
export interface EventGroupHost {
  readonly preferLocal: boolean;
  readonly picker: StrategyPicker;
  readonly localNode: NodeEntry;
}

const NONE: readonly EventEndpoint[] = [];

/**
 * The subscriptions of one group that match an event, taken together: a node is one candidate, however many of its patterns fit
 * (protocol, trap 13). All event names that the same subscriptions match share one group object, so a new name costs nothing
 * that grows with the number of nodes.
 */
export class EventGroup implements ShapeWatcher {
  rebuilds = 0;
  /** @internal Lists and nodes it was made of, counted when it was. */
  readonly extent: number;
  private readonly endpoints = new Map<string, NodeEventEndpoint>();
  private localLists: readonly LocalListenerList[] | null = null;
  private localEndpoint: EventEndpoint | null = null;
  private localFirst = false;
  private remote: readonly EventEndpoint[] = NONE;
  private candidates: readonly EventEndpoint[] = NONE;
  private strategy: LoadBalanceStrategy;
  private stale = true;
  private disposed = false;

  constructor(
    readonly name: string,
    /** @internal names the lists it is made of */
    readonly key: string,
    private readonly lists: readonly EventList[],
    private readonly host: EventGroupHost,
  ) {
    this.strategy = host.picker.standard;
    let extent = lists.length;
    for (const list of lists) {
      list.groups.add(this);
      for (const shape of list.offers.keys()) extent += shape.nodes.size;
    }
    this.extent = extent;
  }

  /** Our own subscriptions, each with at least one handler; null if there are none. */
  get local(): readonly LocalListenerList[] | null {
    if (this.stale) this.rebuild();
    return this.localLists;
  }

  /** Other nodes with a listener in this group; the same array until they change. */
  get remotes(): readonly EventEndpoint[] {
    if (this.stale) this.rebuild();
    return this.remote;
  }

  /** Endpoint objects in being; for tests. */
  get made(): number {
    return this.endpoints.size;
  }

  /** The one node that gets an emit: ourselves with `preferLocal`, else as the strategy chooses. Null if nobody is there. */
  next(ctx: Context): EventEndpoint | null {
    if (this.stale) this.rebuild();
    if (this.localFirst) return this.localEndpoint;
    const candidates = this.candidates;
    if (candidates.length === 0) return null;
    return candidates.length === 1 ? candidates[0] : balance(this.strategy, candidates, ctx);
  }

  /** @internal Goes on where a former group of that name stood, for the same event, before subscriptions changed. */
  follow(former: EventGroup): void {
    if (this.candidates === NONE) this.candidates = former.candidates;
  }

  /** @internal */
  listsChanged(): void {
    this.stale = true;
  }

  nodesChanged(gone: NodeEntry | null): void {
    if (gone !== null) this.endpoints.delete(gone.id);
    this.stale = true;
  }

  /** @internal Cuts all ties. Whoever still holds the group gets right answers, gathered anew each time. */
  dispose(): void {
    this.disposed = true;
    this.stale = true;
    this.endpoints.clear();
    this.remote = NONE;
    for (const list of this.lists) {
      list.groups.delete(this);
      for (const shape of list.offers.keys()) shape.watchers.delete(this);
    }
  }

  private rebuild(): void {
    const locals = this.lists.filter((list) => list.local.listeners.length > 0);
    this.localLists = locals.length === 0 ? null : locals.map((list) => list.local);
    this.localEndpoint = locals.length === 0 ? null : this.ownEndpoint(locals[0]);
    this.localFirst = locals.length > 0 && (this.host.preferLocal || locals.some((list) => list.internal));
    this.remote = this.gatherRemotes();
    const candidates = this.localEndpoint === null ? this.remote : [this.localEndpoint, ...this.remote];
    carryCursor(this.candidates, candidates);
    this.candidates = candidates;
    this.strategy = this.chooseStrategy(locals);
    this.stale = this.disposed;
    this.rebuilds++;
  }

  private gatherRemotes(): readonly EventEndpoint[] {
    const found = new Map<NodeEntry, EventOffer>();
    for (const list of this.lists) {
      for (const [shape, offer] of list.offers) {
        if (!this.disposed) shape.watchers.add(this);
        for (const node of shape.nodes) if (!found.has(node)) found.set(node, offer);
      }
    }
    const nodes = [...found.keys()].sort(byArrival);
    return nodes.map((node) => this.endpointOf(node, found.get(node) as EventOffer));
  }

  private ownEndpoint(list: EventList): EventEndpoint {
    const { event } = list.local.listeners[0];
    const known = this.localEndpoint;
    return known !== null && known.event === event
      ? known
      : new NodeEventEndpoint(this.host.localNode, event);
  }

  private endpointOf(node: NodeEntry, offer: EventOffer): NodeEventEndpoint {
    let endpoint = this.endpoints.get(node.id);
    if (endpoint === undefined || !endpoint.isOf(node, offer.event)) {
      endpoint = new NodeEventEndpoint(node, offer.event);
      this.endpoints.set(node.id, endpoint);
    }
    return endpoint;
  }

  /** As with actions: ours decide, else the first of the others that asks for one. */
  private chooseStrategy(locals: readonly EventList[]): LoadBalanceStrategy {
    const { picker } = this.host;
    for (const list of locals) {
      for (const { event } of list.local.listeners) {
        if (event['strategy'] !== undefined)
          return picker.pick(event['strategy'], event['strategyOptions'], event.name);
      }
    }
    for (const list of this.lists) {
      for (const { event } of list.offers.values()) {
        if (event['strategy'] !== undefined)
          return picker.pick(event['strategy'], event['strategyOptions'], event.name);
      }
    }
    return picker.standard;
  }
}
