import type { Context } from '../context/context.js';
import type { ActionInfo } from '../protocol/packets.js';
import { carryCursor } from '../strategies/cursor.js';
import type { LoadBalanceStrategy } from '../strategies/load-balance.strategy.js';
import { balance } from './balance.js';
import { type ActionEndpoint, type LocalActionEndpoint, RemoteActionEndpoint } from './node-endpoint.js';
import { byArrival, type NodeEntry } from './node-entry.js';
import type { Handler } from './service-definition.js';
import type { ActionOffer, Shape, ShapeWatcher } from './shape.js';
import type { StrategyPicker } from './strategy-picker.js';

export type { ActionEndpoint };

/** What lists of actions need of the registry. */
export interface ActionListHost {
  readonly preferLocal: boolean;
  readonly picker: StrategyPicker;
  node(id: string): NodeEntry | undefined;
  remoteHandler(action: ActionInfo): Handler;
}

/** What a call needs of the list. */
export type CallableAction = Pick<
  ActionList,
  'name' | 'local' | 'preferred' | 'first' | 'hidden' | 'count' | 'next' | 'on'
>;

const NONE: readonly ActionEndpoint[] = [];

/**
 * Who serves one action. Endpoint objects come into being when the action is called; until nodes change, a call costs the same
 * however many there are.
 */
export class ActionList implements ShapeWatcher {
  /** Our own endpoint, of any visibility. */
  local: ActionEndpoint | null = null;
  /** Our own, where nothing else need be asked: with `preferLocal` or for names that begin with `$`. Never a private one. */
  preferred: ActionEndpoint | null = null;
  /** How often the eligible endpoints were gathered; for tests. */
  rebuilds = 0;
  private readonly internal: boolean;
  private readonly offers = new Map<Shape, ActionOffer>();
  private readonly endpoints = new Map<string, RemoteActionEndpoint>();
  private eligible: readonly ActionEndpoint[] = NONE;
  private strategy: LoadBalanceStrategy;
  private stale = true;
  private everOffered = false;

  constructor(
    readonly name: string,
    private readonly host: ActionListHost,
  ) {
    this.internal = name.startsWith('$');
    this.strategy = host.picker.standard;
  }

  /** Nobody has it at present. */
  get empty(): boolean {
    return this.local === null && this.offers.size === 0;
  }

  /** The name was never callable: all we know of is a private action of our own. To callers it does not exist. */
  get hidden(): boolean {
    return !this.everOffered;
  }

  /** Number of endpoints to choose from, counted without making them. */
  get count(): number {
    let count = this.callableLocal === null ? 0 : 1;
    for (const shape of this.offers.keys()) count += shape.nodes.size;
    return count;
  }

  /** Endpoint objects in being; for tests. */
  get made(): number {
    return this.endpoints.size;
  }

  /**
   * The endpoint for the next call: the preferred one, else one of those available, which the strategy chooses if there is more than
   * one. Null if there is none. A private action of ours is returned only where nobody else has one of the name; the caller must see
   * to it who may call it.
   */
  next(ctx: Context): ActionEndpoint | null {
    if (this.preferred !== null) return this.preferred;
    const eligible = this.stale ? this.rebuild() : this.eligible;
    if (eligible.length === 0) return this.local;
    return eligible.length === 1 ? eligible[0] : balance(this.strategy, eligible, ctx);
  }

  /** The endpoint of a given node, if the node is available and has the action; ours of any visibility. */
  on(nodeID: string): ActionEndpoint | undefined {
    if (this.local !== null && this.local.nodeID === nodeID) return this.local;
    const node = this.host.node(nodeID);
    if (node === undefined || !node.available || node.shape === null) return undefined;
    const offer = this.offers.get(node.shape);
    if (offer === undefined) return undefined;
    node.shape.watchers.add(this);
    return this.endpointOf(node, offer);
  }

  /** The definition of the first who has it: ours, if callable, before others. */
  get first(): { readonly action: ActionInfo } | undefined {
    if (this.callableLocal !== null) return this.callableLocal;
    for (const offer of this.offers.values()) return offer;
    return undefined;
  }

  /** All who have it; no endpoints are made. */
  *owners(): IterableIterator<{ nodeID: string; available: boolean }> {
    if (this.callableLocal !== null) yield { nodeID: this.callableLocal.nodeID, available: true };
    for (const shape of this.offers.keys())
      for (const node of shape.nodes) yield { nodeID: node.id, available: node.available };
  }

  setLocal(endpoint: LocalActionEndpoint | null): void {
    this.local = endpoint;
    this.preferred = this.host.preferLocal || this.internal ? this.callableLocal : null;
    this.everOffered ||= this.callableLocal !== null;
    this.stale = true;
  }

  attach(shape: Shape, offer: ActionOffer): void {
    this.offers.set(shape, offer);
    this.everOffered = true;
    this.stale = true;
  }

  detach(shape: Shape): void {
    this.offers.delete(shape);
    shape.watchers.delete(this);
    if (this.empty) this.eligible = NONE;
    this.stale = true;
  }

  nodesChanged(gone: NodeEntry | null): void {
    if (gone !== null) this.endpoints.delete(gone.id);
    this.stale = true;
  }

  private get callableLocal(): ActionEndpoint | null {
    return this.local !== null && this.local.visibility !== 'private' ? this.local : null;
  }

  private rebuild(): readonly ActionEndpoint[] {
    const found: { node: NodeEntry; offer: ActionOffer }[] = [];
    for (const [shape, offer] of this.offers) {
      shape.watchers.add(this);
      for (const node of shape.nodes) found.push({ node, offer });
    }
    found.sort((a, b) => byArrival(a.node, b.node));
    const eligible: ActionEndpoint[] = this.callableLocal === null ? [] : [this.callableLocal];
    for (const { node, offer } of found) eligible.push(this.endpointOf(node, offer));
    carryCursor(this.eligible, eligible);
    this.eligible = eligible;
    this.strategy = this.chooseStrategy();
    this.stale = false;
    this.rebuilds++;
    return eligible;
  }

  private endpointOf(node: NodeEntry, offer: ActionOffer): RemoteActionEndpoint {
    let endpoint = this.endpoints.get(node.id);
    if (endpoint === undefined || !endpoint.isOf(node, offer)) {
      offer.handler ??= this.host.remoteHandler(offer.action);
      endpoint = new RemoteActionEndpoint(node, offer, offer.handler);
      this.endpoints.set(node.id, endpoint);
    }
    return endpoint;
  }

  /** Our own definition decides; without one, the first of the others that asks for a strategy. */
  private chooseStrategy(): LoadBalanceStrategy {
    const { picker } = this.host;
    if (this.local !== null) {
      const { strategy, strategyOptions } = this.local.action;
      if (strategy !== undefined) return picker.pick(strategy, strategyOptions, this.name);
    }
    for (const { action } of this.offers.values()) {
      if (action['strategy'] !== undefined)
        return picker.pick(action['strategy'], action['strategyOptions'], this.name);
    }
    return picker.standard;
  }
}
