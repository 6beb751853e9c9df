import type { ActionInfo, EventInfo, ServiceInfo } from '../protocol/packets.js';
import type { Endpoint } from '../strategies/endpoint.js';
import type { NodeEntry } from './node-entry.js';
import type { Handler, LocalAction } from './service-definition.js';
import type { ActionOffer, EventOffer } from './shape.js';

export type Visibility = LocalAction['visibility'];

/** An action on one node. The same object as long as node and offer stay. */
export interface ActionEndpoint extends Endpoint {
  readonly action: ActionInfo;
  readonly service: ServiceInfo;
  /** What serves the call: the wrapped handler of ours, or the remote one made for this action. */
  readonly handler: Handler;
  readonly visibility: Visibility;
  /** The action's own time limit in ms, 0 = none; null: it says none, so `requestTimeout` counts. */
  readonly timeout: number | null;
  /** Belongs to transit: what it prepared for packets to this endpoint. */
  prepared: unknown;
}

/**
 * A node as candidate for an event. It is shared by all event names that the same subscriptions match, so `name` and `event` are
 * those of the subscription, and what transit puts in `prepared` must not contain the name of an event.
 */
export interface EventEndpoint extends Endpoint {
  readonly event: EventInfo;
  prepared: unknown;
}

/** What local and remote endpoints have in common: the facts of their node, read when asked for. */
abstract class NodeEndpoint {
  prepared: unknown = null;
  readonly nodeID: string;
  readonly local: boolean;

  constructor(
    protected readonly node: NodeEntry,
    protected readonly life: number,
  ) {
    this.nodeID = node.id;
    this.local = node.local;
  }

  get available(): boolean {
    return this.node.available && this.node.life === this.life;
  }

  get cpu(): number | null {
    return this.node.cpu;
  }
}

/** One of our own actions. */
export class LocalActionEndpoint extends NodeEndpoint implements ActionEndpoint {
  readonly name: string;
  readonly action: ActionInfo;
  readonly handler: Handler;
  readonly visibility: Visibility;
  readonly timeout: number | null;

  constructor(
    node: NodeEntry,
    definition: LocalAction,
    readonly service: ServiceInfo,
  ) {
    super(node, node.life);
    this.name = definition.info.name;
    this.action = definition.info;
    this.handler = definition.handler;
    this.visibility = definition.visibility;
    this.timeout = ownTimeout(definition.info);
  }
}

/** An action of another node. */
export class RemoteActionEndpoint extends NodeEndpoint implements ActionEndpoint {
  readonly name: string;
  readonly action: ActionInfo;
  readonly service: ServiceInfo;
  readonly visibility: Visibility;
  readonly timeout: number | null;

  constructor(
    node: NodeEntry,
    private readonly offer: ActionOffer,
    readonly handler: Handler,
  ) {
    super(node, node.life);
    this.name = offer.action.name;
    this.action = offer.action;
    this.service = offer.service;
    this.visibility = offer.action['visibility'] === 'public' ? 'public' : 'published';
    this.timeout = ownTimeout(offer.action);
  }

  /** Whether it was made of this very offer, in the life the node is in. */
  isOf(node: NodeEntry, offer: ActionOffer): boolean {
    return this.offer === offer && this.node === node && this.life === node.life;
  }
}

/** A node that has subscribed. */
export class NodeEventEndpoint extends NodeEndpoint implements EventEndpoint {
  readonly name: string;

  constructor(
    node: NodeEntry,
    readonly event: EventOffer['event'],
  ) {
    super(node, node.life);
    this.name = event.name;
  }

  isOf(node: NodeEntry, event: EventInfo): boolean {
    return this.event === event && this.node === node && this.life === node.life;
  }
}

/** As the action says; null where it says nothing that could be one. */
export function ownTimeout({ timeout }: ActionInfo): number | null {
  if (typeof timeout !== 'number' || !(timeout >= 0)) return null;
  return timeout === Infinity ? 0 : timeout;
}
