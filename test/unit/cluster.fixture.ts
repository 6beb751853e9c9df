import { afterEach } from 'vitest';
import type { MoleculerModuleOptions } from '../../lib/options/moleculer-module-options.interface.js';
import type { Dictionary, PacketType, ProtocolVersion } from '../../lib/protocol/packets.js';
import { Topics } from '../../lib/protocol/topics.js';
import { counterIds } from '../../lib/time/id-source.js';
import type { Machine } from '../../lib/time/sources.js';
import { SystemMachine } from '../../lib/time/system-machine.js';
import { VirtualScheduler } from '../../lib/time/virtual-scheduler.js';
import { type MemoryHub, memoryHub } from '../../lib/transporters/memory/memory-hub.js';
import { makeNode, type NodeSetup } from '../support/node.js';

export type TestNode = ReturnType<typeof makeNode>;

let clusters = 0;

/** Measures no CPU, for that takes real time. */
class StillMachine extends SystemMachine {
  override cpu = (): Promise<number | null> => Promise.resolve(42);
}

export interface Heard {
  type: PacketType;
  /** At whom it was aimed; undefined: at all. */
  target: string | undefined;
  packet: Dictionary;
}

/** Nodes on one memory hub and one virtual clock. */
export class VirtualCluster {
  readonly scheduler = new VirtualScheduler(1_000_000);
  readonly hub: MemoryHub;
  readonly hubName = `cluster-${process.pid}-${++clusters}`;
  readonly machine: Machine = new StillMachine();
  private readonly nodes: TestNode[] = [];
  private readonly peers: RawPeer[] = [];

  constructor() {
    this.hub = memoryHub(this.hubName);
  }

  /** A node that is not started yet. */
  node(options: MoleculerModuleOptions = {}, setup: NodeSetup = {}): TestNode {
    const node = makeNode(
      {
        transporter: { type: 'Memory', options: { hub: this.hubName } },
        ...options,
      } as MoleculerModuleOptions,
      { scheduler: this.scheduler, random: () => 0.5, machine: this.machine, ...setup },
    );
    this.nodes.push(node);
    return node;
  }

  async started(options: MoleculerModuleOptions = {}, setup: NodeSetup = {}): Promise<TestNode> {
    const node = this.node(options, setup);
    await this.until(node.node.start());
    await this.settle();
    return node;
  }

  /** A member of the network that speaks packets by hand. */
  peer(nodeID: string, ver: ProtocolVersion = '5', namespace = ''): RawPeer {
    const peer = new RawPeer(this.hub, nodeID, ver, namespace);
    this.peers.push(peer);
    return peer;
  }

  advance(ms: number): Promise<void> {
    return this.scheduler.advance(ms);
  }

  /** Lets packets on their way arrive and be answered; no time passes. */
  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await this.scheduler.advance(0);
  }

  /** Moves time on in steps of `step` ms until the promise is settled. */
  async until<T>(promise: Promise<T>, step = 25, limit = 60_000): Promise<T> {
    let settled = false;
    const note = () => void (settled = true);
    promise.then(note, note);
    for (let passed = 0; passed <= limit; passed += step) {
      await this.scheduler.advance(settled ? 0 : step);
      if (settled) return promise;
    }
    throw new Error(`Not settled after ${limit} virtual ms`);
  }

  async close(): Promise<void> {
    for (const peer of this.peers) peer.leave();
    await this.until(Promise.all(this.nodes.map(({ node }) => node.stop())));
  }
}

/** A cluster for each test, closed after it. */
export function eachCluster(): () => VirtualCluster {
  let current: VirtualCluster | null = null;
  afterEach(async () => {
    await current?.close();
    current = null;
  });
  return () => (current ??= new VirtualCluster());
}

export class RawPeer {
  readonly heard: Heard[] = [];
  /** Answers as a node does that has just these services. */
  services: unknown[] = [];
  seq = 1;
  instanceID: string;
  onPacket: (heard: Heard) => void = () => undefined;
  private readonly topics: Topics;

  constructor(
    private readonly hub: MemoryHub,
    readonly nodeID: string,
    readonly ver: ProtocolVersion,
    namespace: string,
  ) {
    this.topics = new Topics(namespace);
    this.instanceID = `instance-${nodeID}`;
    const subscriptions = this.topics.subscriptions(nodeID);
    hub.join(this, {
      message: (topic, data) => {
        const type = subscriptions.get(topic) as PacketType;
        const target = topic.endsWith(`.${nodeID}`) ? nodeID : undefined;
        const heard = { type, target, packet: JSON.parse(data.toString()) as Dictionary };
        this.heard.push(heard);
        if (heard.packet['sender'] !== nodeID) this.onPacket(heard);
      },
      up: () => undefined,
      down: () => undefined,
    });
    hub.subscribe(this, [...subscriptions.keys()]);
  }

  /** Packets from others, by type, in the order they came. */
  got(type: PacketType, sender?: string): Dictionary[] {
    return this.heard
      .filter(({ packet }) => packet['sender'] !== this.nodeID && (!sender || packet['sender'] === sender))
      .filter((heard) => heard.type === type)
      .map(({ packet }) => packet);
  }

  forget(): void {
    this.heard.length = 0;
  }

  send(type: PacketType, target: string | undefined, payload: Dictionary): void {
    this.raw(
      this.topics.of(type, target),
      JSON.stringify({ ...payload, ver: this.ver, sender: this.nodeID }),
    );
  }

  /** Any bytes on any topic. */
  raw(topic: string, text: string): void {
    this.hub.publish(this, topic, text);
  }

  info(target?: string): void {
    const { services, seq, instanceID } = this;
    this.send('INFO', target, {
      services,
      seq,
      instanceID,
      ipList: [],
      hostname: 'raw',
      client: { type: 'nodejs', version: '0', langVersion: '0' },
      config: {},
      metadata: {},
    });
  }

  /** From now on answers DISCOVER and PING in its version and REQ with what `serve` gives. */
  behave(
    serve: (request: Dictionary) => Dictionary = () => ({ success: true, data: this.nodeID, meta: {} }),
  ): this {
    this.onPacket = ({ type, packet }) => {
      if (packet['ver'] !== this.ver) return;
      const sender = packet['sender'] as string;
      if (type === 'DISCOVER') this.info(sender);
      if (type === 'PING')
        this.send('PONG', sender, { time: packet['time'], id: packet['id'], arrived: packet['time'] });
      if (type === 'REQ') this.send('RES', sender, { id: packet['id'], ...serve(packet) });
    };
    return this;
  }

  leave(): void {
    this.hub.leave(this);
  }
}

/** An announced service with actions by raw name and events by pattern. */
export function announced(
  name: string,
  actions: Record<string, object> = {},
  events: Record<string, object> = {},
): Dictionary {
  const named = (entries: Record<string, object>, full: (key: string) => string) =>
    Object.fromEntries(
      Object.entries(entries).map(([key, rest]) => [full(key), { rawName: key, name: full(key), ...rest }]),
    );
  return {
    name,
    fullName: name,
    settings: {},
    metadata: {},
    actions: named(actions, (key) => `${name}.${key}`),
    events: named(events, (key) => key),
  };
}

export const testIds = (prefix: string) => counterIds(`${prefix}-`);
