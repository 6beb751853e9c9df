import type { Abstract, INestApplicationContext, Type } from '@nestjs/common';
import * as messages from '../messages/cluster.messages.js';
import type { ServiceBroker } from '../broker/service-broker.js';
import type { ClusterClock } from './cluster-clock.js';
import type { ClusterNodes, NodeSlot } from './cluster-nodes.js';
import type { PacketType } from '../protocol/packets.js';
import { type Duration, milliseconds } from './duration.js';
import type { Effect } from './network/faults.js';
import type { SimulatedNetwork } from './network/simulated-network.js';
import type {
  DuplicateFilter,
  Fault,
  PacketFilter,
  ReorderFilter,
  TestNodeRef,
} from './test-cluster.options.js';

const TYPES: readonly PacketType[] = [
  'INFO',
  'DISCOVER',
  'HEARTBEAT',
  'DISCONNECT',
  'PING',
  'PONG',
  'REQ',
  'RES',
  'EVENT',
];

/**
 * Several applications in this process, on a network and a clock that are simulated. Made by `createTestCluster`.
 *
 * Time stands still but in `advance`, `run`, `restart` and `close`. Packets take none, unless `delay` says so: what is called or emitted
 * arrives without `advance`. Timers and sockets of the applications' own are real, and know nothing of all this.
 *
 * @publicApi
 */
export class TestCluster {
  private closing: Promise<void> | null = null;
  /** The last restart of each node that is under way; it never rejects. */
  private readonly restarts = new Map<NodeSlot, Promise<void>>();

  /** @internal */
  constructor(
    /** What was given, or 1. The same seed gives the same run. */
    readonly seed: number,
    private readonly clock: ClusterClock,
    private readonly network: SimulatedNetwork,
    private readonly nodes: ClusterNodes,
    private readonly visitors: Set<(broker: ServiceBroker) => void>,
  ) {}

  /** The node IDs, in the order of `nodes`; of a node that is down, its last. */
  get nodeIDs(): string[] {
    return this.nodes.slots.map(({ nodeID }) => nodeID);
  }

  /** ms of the cluster's time since its beginning. */
  get elapsed(): number {
    return this.clock.elapsed;
  }

  /**
   * All packets so far, a line for each that arrived (`->`) or was lost (`-x`): ms since the beginning, sender, receiver, topic,
   * bytes; and a line for each crash, restart, partition and healing. Byte for byte the same for the same seed.
   */
  get trace(): string {
    return this.network.trace.toString();
  }

  /**
   * A provider of a node.
   *
   * @throws Error if the node is down, unknown, or not the only one made of that module
   */
  get<T>(node: TestNodeRef, token: Abstract<T> | string | symbol): T {
    return this.app(node).get<T>(token as Type<T>, { strict: false });
  }

  /** The application of a node. @throws Error as `get` */
  app(node: TestNodeRef): INestApplicationContext {
    return this.nodes.running(node).application;
  }

  /**
   * Calls `visit` with each broker that runs, at once, and with each that is made later, before it starts.
   *
   * @returns what ends it
   */
  eachBroker(visit: (broker: ServiceBroker) => void): () => void {
    for (const { process } of this.nodes.slots) process?.brokers.forEach((broker) => visit(broker));
    this.visitors.add(visit);
    return () => void this.visitors.delete(visit);
  }

  /** Moves time on. Whatever falls due happens in its order, and all promises come to rest in between. */
  advance(time: Duration): Promise<void> {
    return this.clock.advance(milliseconds(time));
  }

  /**
   * Moves time on until the promise is settled, and gives what it gives: `await cluster.run(broker.call('slow.action'))`.
   *
   * @throws Error if it is not settled within 10 minutes of the cluster's time
   */
  run<T>(promise: PromiseLike<T>): Promise<T> {
    return this.clock.run(Promise.resolve(promise), 'The promise');
  }

  /** Cuts the network between groups of nodes. Those that are in no group stay together. Packets under way are lost. Replaces an earlier one. */
  partition(...groups: (TestNodeRef | readonly TestNodeRef[])[]): void {
    const sides = groups.map((group) => [group].flat().map((node) => this.nodes.find(node as TestNodeRef)));
    const written = sides.map((side) => side.map(({ nodeID }) => nodeID).join(' '));
    this.network.trace.event(`partition ${written.join(' | ')}`);
    this.network.partition(sides.map((side) => side.map(({ place }) => place)));
  }

  /** A node loses its connection and knows it, as when its server is away; it joins again with `reconnect` or `heal`. */
  disconnect(node: TestNodeRef): void {
    this.network.trace.event(`disconnect ${this.nodes.find(node).nodeID}`);
    this.nodes.running(node).disconnect();
  }

  /** Ends a `disconnect`. */
  reconnect(node: TestNodeRef): void {
    this.network.trace.event(`reconnect ${this.nodes.find(node).nodeID}`);
    this.nodes.running(node).reconnect();
  }

  /** Ends partitions, disconnections and all other faults but crashes. What is under way with a delay still arrives then. */
  heal(): void {
    this.network.trace.event('heal');
    this.network.heal();
    for (const { process } of this.nodes.slots) process?.reconnect();
  }

  /** Packets are lost. */
  drop(filter: PacketFilter = {}): Fault {
    return this.fault(filter, { lost: true });
  }

  /** Packets take so long, or between the two; they keep their order. */
  delay(time: Duration | readonly [least: Duration, most: Duration], filter: PacketFilter = {}): Fault {
    const [least, most] = typeof time === 'object' ? time : [time, time];
    return this.fault(filter, { delay: [milliseconds(least), milliseconds(most)] });
  }

  /** Packets arrive more than once. */
  duplicate({ copies = 1, within = 0, ...filter }: DuplicateFilter = {}): Fault {
    return this.fault(filter, { copies: { count: copies, within: milliseconds(within) } });
  }

  /** Packets overtake each other. */
  reorder({ within = 100, ...filter }: ReorderFilter = {}): Fault {
    return this.fault(filter, { reorder: milliseconds(within) });
  }

  /**
   * The node is gone without a word: nothing more comes from it, its timers are gone, none of Nest's hooks run. Calls that it waits for
   * are settled by `close` only. Its handlers that are running run on, unseen by the others.
   */
  async crash(node: TestNodeRef): Promise<void> {
    const slot = this.nodes.find(node);
    this.nodes.crash(slot);
    this.network.trace.event(`crash ${slot.nodeID}`);
    await this.clock.advance(0);
  }

  /**
   * Starts a node anew, after a crash or else after closing its application. Resolves when it has joined. One that is asked for while
   * another is under way comes after it.
   *
   * @throws Error after `close`
   */
  async restart(node: TestNodeRef): Promise<void> {
    const slot = this.nodes.find(node);
    const restarted = this.restarts.get(slot)?.then(() => this.startAnew(slot)) ?? this.startAnew(slot);
    const ended = restarted.catch(() => undefined);
    this.restarts.set(slot, ended);
    await restarted;
    if (this.restarts.get(slot) === ended) this.restarts.delete(slot);
  }

  private async startAnew(slot: NodeSlot): Promise<void> {
    if (this.closing !== null) throw new Error(messages.clusterClosed);
    await this.nodes.stop(slot);
    this.network.trace.event(`restart ${slot.nodeID}`);
    await this.nodes.start([slot]);
  }

  /** Closes all applications, what is left of crashed ones too. Needed, or else the process of the test may not end. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    this.heal();
    await Promise.all(this.restarts.values());
    await this.nodes.close();
    this.network.links.clear();
  }

  private fault(filter: PacketFilter, effect: Effect): Fault {
    const { from, to, type, chance = 1, times = Infinity } = filter;
    const place = (node: TestNodeRef | undefined) =>
      node === undefined ? undefined : this.nodes.find(node).place;
    const types = type === undefined ? undefined : [type].flat();
    const unknown = types?.find((each) => !TYPES.includes(each));
    if (unknown !== undefined) throw new Error(messages.unknownPacketType(unknown, TYPES));
    const stop = this.network.faults.add({ from: place(from), to: place(to), types, chance, times }, effect);
    return { stop };
  }
}
