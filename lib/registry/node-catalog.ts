import { nodeMessages } from '../messages/registry.messages.js';
import type { InfoPacket } from '../protocol/packets.js';
import { NodeEntry } from './node-entry.js';
import { type Listing, NodeRoom } from './node-room.js';
import type { RegistryLimits } from './registry-limits.js';
import type { RegistryNews } from './registry-news.js';
import type { Shape } from './shape.js';
import type { ShapeStore } from './shape-store.js';

/** What became of the node by an INFO. */
export type InfoOutcome = 'connected' | 'reconnected' | 'updated' | 'refused';

/** Told when a shape has its first available node, and when it has lost its last. */
export interface ShapeUser extends Listing {
  attach(shape: Shape): void;
  detach(shape: Shape): void;
}

/** The nodes of the cluster and their coming and going (protocol section 5). */
export class NodeCatalog {
  private readonly nodes = new Map<string, NodeEntry>();
  private readonly room: NodeRoom;
  private arrivals = 0;

  constructor(
    readonly local: NodeEntry,
    private readonly shapes: ShapeStore,
    private readonly users: readonly ShapeUser[],
    private readonly news: RegistryNews,
    limits: RegistryLimits,
    private readonly now: () => number,
  ) {
    this.nodes.set(local.id, local);
    this.room = new NodeRoom(limits, this.nodes, shapes, users, (node) => this.evict(node), news);
  }

  /** Memory of all that was announced, estimated, bytes. */
  get announcedSize(): number {
    return this.room.weight;
  }

  get size(): number {
    return this.nodes.size;
  }

  get(id: string): NodeEntry | undefined {
    return this.nodes.get(id);
  }

  all(): MapIterator<NodeEntry> {
    return this.nodes.values();
  }

  *remote(): IterableIterator<NodeEntry> {
    for (const node of this.nodes.values()) if (!node.local) yield node;
  }

  /**
   * Takes over what a node says of itself. Services count only if they are news: the node is new, was offline, is another process,
   * or counts a greater `seq` (protocol, trap 6). An INFO of our own ID changes nothing.
   *
   * @param beats a heartbeat of this node was heard before its INFO
   * @param asked we wanted to know whether we know it as it is: if so, that is no news
   */
  applyInfo(packet: InfoPacket, beats: boolean, asked: boolean): InfoOutcome {
    const known = this.nodes.get(packet.sender);
    if (known?.local) return 'updated';
    if (known === undefined && !this.room.admits(packet.sender, beats)) return 'refused';
    const node = known ?? new NodeEntry(packet.sender, false, this.now());
    const arrives = known === undefined || !known.available;
    const instanceID = packet.instanceID ?? null;
    const seq = seqOf(packet.seq);
    const restarted = !arrives && instanceID !== node.instanceID;
    if (beats) node.beats = true;
    node.describe(this.room.takeFacts(node, packet));
    if (arrives) this.arrive(node);
    const changed = arrives || restarted || seq > node.seq;
    if (changed) {
      if (restarted) this.restart(node);
      node.instanceID = instanceID;
      node.seq = seq;
      this.replaceServices(node, packet.services, restarted);
      this.news.servicesChanged(node);
    }
    if (arrives) this.news.connected(node, known !== undefined);
    else if (changed || !asked) this.news.updated(node);
    return !arrives ? 'updated' : known === undefined ? 'connected' : 'reconnected';
  }

  /** Only the heartbeat of an available node counts; any other must be answered with DISCOVER (protocol, trap 5). */
  heartbeat(id: string, cpu: number | null): 'known' | 'offline' | 'unknown' {
    const node = this.nodes.get(id);
    if (node === undefined) return 'unknown';
    if (!node.available) return 'offline';
    if (cpu !== null) node.cpu = cpu;
    node.beats = true;
    node.heardAt = this.now();
    return 'known';
  }

  /** @returns false if there is no such node, or it was offline already */
  disconnect(id: string, unexpected: boolean, warning = unexpected ? nodeMessages.lost(id) : null): boolean {
    const node = this.nodes.get(id);
    if (node === undefined || node.local || !node.available) return false;
    node.available = false;
    node.offlineSince = this.now();
    // As Moleculer counts (protocol, trap 7).
    node.seq++;
    if (node.shape !== null) this.leave(node.shape, node);
    this.news.disconnected(node, unexpected, warning);
    return true;
  }

  /** @param silentFor ms without a heartbeat after which a node is lost @param forgetAfter ms after which it is removed */
  sweep(silentFor: number | null, forgetAfter: number | null): void {
    const now = this.now();
    for (const node of [...this.nodes.values()]) {
      if (node.local) continue;
      const silence = now - node.heardAt;
      if (node.available && silentFor !== null && silence > silentFor) {
        this.disconnect(node.id, true, nodeMessages.silent(node.id, silentFor));
      } else if (!node.available && forgetAfter !== null && silence > forgetAfter) {
        this.forget(node, nodeMessages.forgotten(node.id));
      }
    }
  }

  touchAll(): void {
    const now = this.now();
    for (const node of this.nodes.values()) if (node.available) node.heardAt = now;
  }

  private arrive(node: NodeEntry): void {
    this.nodes.set(node.id, node);
    node.available = true;
    node.offlineSince = null;
    node.heardAt = this.now();
    node.order = ++this.arrivals;
    node.life++;
  }

  /** A process that was not seen to end has a successor. Its endpoints are made anew, and it gets a full time to send a heartbeat. */
  private restart(node: NodeEntry): void {
    node.life++;
    node.heardAt = this.now();
    if (node.instanceID !== null) this.news.restarted(node);
  }

  private replaceServices(node: NodeEntry, services: unknown, restarted: boolean): void {
    const former = node.shape;
    const shape = this.room.takeShape(node, services);
    if (shape.leftOut > 0) this.news.entriesRefused(node.id, shape.leftOut);
    // The new ones first, so that what is in both lists is never without an owner.
    if (shape !== former || !shape.nodes.has(node)) {
      node.shape = shape;
      if (shape.nodes.size === 0) for (const user of this.users) user.attach(shape);
      shape.join(node);
    } else if (restarted) {
      shape.leave(node);
      shape.join(node);
    }
    if (former === null) return;
    // Of an offline node they were withdrawn before.
    if (shape !== former && former.nodes.has(node)) this.leave(former, node);
    this.shapes.giveBack(former);
  }

  private leave(shape: Shape, node: NodeEntry): void {
    shape.leave(node);
    if (shape.nodes.size === 0) for (const user of this.users) user.detach(shape);
  }

  /** Makes room for others. */
  private evict(node: NodeEntry): void {
    this.disconnect(node.id, true, null);
    this.forget(node, nodeMessages.evicted(node.id));
  }

  private forget(node: NodeEntry, told: string): void {
    this.nodes.delete(node.id);
    this.room.leave(node);
    if (node.shape !== null) this.shapes.giveBack(node.shape);
    node.shape = null;
    this.news.tell(told);
  }
}

function seqOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value !== 0 ? value : 1;
}
