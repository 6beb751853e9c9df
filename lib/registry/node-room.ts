import type { InfoPacket } from '../protocol/packets.js';
import type { NodeEntry } from './node-entry.js';
import { LISTENER } from './prices.js';
import { maxSizeOfNode, type RegistryLimits } from './registry-limits.js';
import type { Shape } from './shape.js';
import type { ShapeStore } from './shape-store.js';
import { weigh } from './weigh.js';

/** What a node tells of itself besides its services. */
export type Facts = Pick<InfoPacket, 'hostname' | 'client' | 'config' | 'metadata' | 'ipList'>;

/** bytes; the weight of a list without services, which any node may announce */
const NEXT_TO_NOTHING = 100;

const BARE: Facts = {
  hostname: null,
  client: { type: 'unknown', version: null, langVersion: null },
  config: {},
  metadata: {},
  ipList: [],
};

/** Told what is not taken in. */
export interface RoomWatcher {
  nodeRefused(nodeID: string): void;
  servicesRefused(nodeID: string): void;
  factsRefused(nodeID: string): void;
}

/** Where the services of nodes are listed. */
export interface Listing {
  /** Memory of its lists, estimated, bytes. */
  readonly weight: number;
  /** What it would take more for this shape. */
  weightOf(shape: Shape): number;
}

/**
 * Keeps nodes and what they announce within the limits. Who is offline makes room for others; then, for a node that sent a heartbeat,
 * who never did. So a flood of invented nodes keeps no real one out, unless it comes with heartbeats for each of them.
 */
export class NodeRoom {
  /** Sum of the weights of the nodes. */
  private held = 0;
  private saidFull = false;

  constructor(
    private readonly limits: RegistryLimits,
    /** Ourselves included. */
    private readonly nodes: ReadonlyMap<string, NodeEntry>,
    private readonly shapes: ShapeStore,
    private readonly listings: readonly Listing[],
    private readonly evict: (node: NodeEntry) => void,
    private readonly watcher: RoomWatcher,
  ) {}

  /** Memory of all that was announced, estimated, bytes. */
  get weight(): number {
    return this.listings.reduce((sum, { weight }) => sum + weight, this.held + this.shapes.weight);
  }

  /** Whether one more node can be taken in; others may be gone afterwards. */
  admits(nodeID: string, beats: boolean): boolean {
    const isFull = () => this.nodes.size > this.limits.maxNodes;
    if (!isFull()) {
      this.saidFull = false;
      return true;
    }
    while (isFull() && this.makeRoom(null, beats));
    if (!isFull()) return true;
    if (!this.saidFull) this.watcher.nodeRefused(nodeID);
    this.saidFull = true;
    return false;
  }

  /** What can be kept of what a node tells of itself. */
  takeFacts(node: NodeEntry, told: Facts): Facts {
    const { hostname, client, config, metadata, ipList } = told;
    const most = maxSizeOfNode(this.limits);
    const weight = weigh([hostname, client, config, metadata, ipList], this.limits.maxDepth + 1, most);
    this.hold(node, 'facts', 0);
    if (weight <= most && this.hasRoom(node, weight)) {
      this.hold(node, 'facts', weight);
      return told;
    }
    this.watcher.factsRefused(node.id);
    return BARE;
  }

  /** The shape of what a node announces, or that of nothing; the node is a holder of it. */
  takeShape(node: NodeEntry, services: unknown): Shape {
    const shape = this.shapes.take(services);
    if (shape !== null && this.hasRoomFor(node, shape)) return shape;
    if (shape !== null) this.shapes.giveBack(shape);
    this.watcher.servicesRefused(node.id);
    return this.shapes.take([]) as Shape;
  }

  /** The node is gone; it has given back its shape. */
  leave(node: NodeEntry): void {
    this.hold(node, 'facts', 0);
    this.hold(node, 'listeners', 0);
  }

  private hasRoomFor(node: NodeEntry, shape: Shape): boolean {
    this.hold(node, 'listeners', 0);
    if (shape.weight <= NEXT_TO_NOTHING) return true;
    const { shape: former } = node;
    const freed = former !== null && former !== shape && former.holders === 1 ? former.weight : 0;
    const listeners = LISTENER * shape.events.size;
    const isListed = shape.nodes.size > 0;
    const lists = isListed ? 0 : this.listings.reduce((sum, listing) => sum + listing.weightOf(shape), 0);
    if (!this.hasRoom(node, listeners + lists - freed)) return false;
    this.hold(node, 'listeners', listeners);
    return true;
  }

  private hold(node: NodeEntry, what: keyof NodeEntry['weight'], bytes: number): void {
    this.held += bytes - node.weight[what];
    node.weight[what] = bytes;
  }

  /** Makes room for so many bytes more, if need be and if it can. */
  private hasRoom(node: NodeEntry, more: number): boolean {
    const isOver = () => this.weight + more > this.limits.maxAnnouncedSize;
    while (isOver() && this.makeRoom(node, node.beats));
    return !isOver();
  }

  /** @returns false if nobody could go */
  private makeRoom(except: NodeEntry | null, beats: boolean): boolean {
    let first: NodeEntry | null = null;
    for (const node of this.nodes.values()) {
      if (node.local || node === except || (node.available && (node.beats || !beats))) continue;
      if (first === null || goesBefore(node, first)) first = node;
    }
    if (first === null) return false;
    this.evict(first);
    return true;
  }
}

/** Offline ones first, the longest offline at their head; then in the order in which they arrived. */
function goesBefore(a: NodeEntry, b: NodeEntry): boolean {
  if (a.offlineSince !== null || b.offlineSince !== null) {
    return (a.offlineSince ?? Infinity) < (b.offlineSince ?? Infinity);
  }
  return a.order < b.order;
}
