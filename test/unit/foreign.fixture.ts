import { deserialize, serialize } from 'node:v8';
import type {
  ActionInfo,
  Dictionary,
  EventInfo,
  PacketType,
  ProtocolVersion,
  ServiceInfo,
} from '../../lib/protocol/packets.js';
import { Topics } from '../../lib/protocol/topics.js';
import { Serializer } from '../../lib/serializers/serializer.js';
import type { TestCluster } from '../../lib/testing/index.js';
import type { Port } from '../../lib/testing/network/parcel.js';
import type { SimulatedNetwork } from '../../lib/testing/network/simulated-network.js';
import type { Life } from './life.fixture.js';

const topics = new Topics('');

let places = 0;

/** The wire of a cluster; the library shows it to nobody. */
export const wireOf = (cluster: TestCluster): SimulatedNetwork => cluster['network'];

/** A packet that a foreigner heard. */
export interface Heard {
  readonly type: PacketType;
  /** At whom it was aimed; undefined: at all. */
  readonly target: string | undefined;
  readonly packet: Dictionary;
}

/**
 * A member of a test cluster's network that is no node of this library: another implementation, or somebody hostile. It does nothing of
 * itself. What it sends and hears is in the trace under its name, whatever sender the packets have (`Life.got`, `Life.heard`). Faults
 * befall it as they do nodes; a partition leaves it with those who are on no side.
 */
export class Foreigner implements Port {
  /** None of a node. */
  readonly node = -++places;
  /** What its packets look like. */
  encode: (packet: Dictionary) => string | Buffer = (packet) => JSON.stringify(packet);
  decode: (data: Buffer) => unknown = (data) => JSON.parse(data.toString());
  onPacket: ((heard: Heard) => void) | null = null;
  /** Told by `info`, and by `behave` to who asks. */
  services: unknown = [];
  seq = 1;
  private readonly wire: SimulatedNetwork;
  private readonly types = new Map<string, Omit<Heard, 'packet'>>();

  constructor(
    private readonly cluster: TestCluster,
    readonly nodeID: string,
    readonly ver: ProtocolVersion = '5',
  ) {
    this.wire = wireOf(cluster);
    this.wire.join(this);
    this.listenAs(nodeID);
  }

  /** Hears what is for this node ID, too: that of somebody whom it invents. */
  listenAs(nodeID: string): this {
    const own = topics.subscriptions(nodeID);
    for (const [topic, type] of own) {
      const target = topic === topics.of(type) ? undefined : nodeID;
      this.types.set(topic, { type, target });
    }
    this.wire.subscribe(this, [...own.keys()]);
    return this;
  }

  /** @param fields may forge the sender and the version, too */
  send(type: PacketType, target: string | undefined, fields: Dictionary = {}): void {
    this.raw(topics.of(type, target), this.encode({ ver: this.ver, sender: this.nodeID, ...fields }));
  }

  /** Any bytes on any topic. */
  raw(topic: string, data: string | Buffer): void {
    this.wire.publish(this, topic, typeof data === 'string' ? Buffer.from(data) : data);
  }

  /** Says who it is, with these services from now on. */
  info(services: unknown = this.services, fields: Dictionary = {}, target?: string): void {
    this.services = services;
    const { seq, nodeID } = this;
    this.send('INFO', target, {
      ...{ services, seq, instanceID: `instance-${nodeID}`, hostname: `host-${nodeID}` },
      ...{ ipList: ['10.0.0.2'], config: {}, metadata: {} },
      client: { type: 'nodejs', version: '0.15.2', langVersion: 'v22.0.0' },
      ...fields,
    });
  }

  beat(cpu: number | null = 1): void {
    this.send('HEARTBEAT', undefined, { cpu });
  }

  /** Beats, so that it counts for more than one who only announced himself, and says who it is. */
  arrive(services?: unknown, fields?: Dictionary): void {
    this.beat();
    this.info(services, fields);
  }

  /**
   * From now on answers DISCOVER and PING in its version, and REQ with what `serve` gives: the node ID that was asked. Asked under another
   * name it answers under that.
   *
   * @param note told of each packet first
   */
  behave(serve?: (request: Dictionary) => Dictionary, note?: (heard: Heard) => void): this {
    this.onPacket = (heard) => {
      note?.(heard);
      const { type, target, packet } = heard;
      if (packet['ver'] !== this.ver) return;
      const { sender: whom, time, id } = packet as { sender: string; time?: number; id?: string };
      const sender = target ?? this.nodeID;
      if (type === 'DISCOVER') this.info(undefined, { sender }, whom);
      if (type === 'PING') this.send('PONG', whom, { sender, time, id, arrived: time });
      const answer = serve?.(packet) ?? { success: true, data: sender };
      if (type === 'REQ') this.send('RES', whom, { sender, id, meta: {}, ...answer });
    };
    return this;
  }

  /** @param ms of the cluster's time */
  later(ms: number, work: () => void): void {
    this.cluster['clock'].scheduler.schedule(work, ms);
  }

  leave(): void {
    this.wire.leave(this);
  }

  message(topic: string, data: Buffer): void {
    if (this.onPacket === null) return;
    const packet = this.decode(data) as Dictionary;
    if (packet['sender'] !== this.nodeID) this.onPacket({ ...this.types.get(topic)!, packet });
  }
}

/** A serializer of somebody's own, which brings values that JSON does not: numbers that are none, circles, holes. */
export class ValueSerializer extends Serializer {
  override readonly name = 'Value';
  serialize(packet: object): Buffer {
    return serialize(packet);
  }
  deserialize(data: Buffer): object {
    return deserialize(data) as object;
  }
}

/** Somebody foreign who speaks so. */
export function valueForeigner(c: Life, nodeID: string): Foreigner {
  const one = new Foreigner(c.cluster, nodeID);
  one.encode = serialize;
  one.decode = deserialize;
  return one.behave();
}

/** Somebody foreign who joins the network of a cluster, and answers as a node does. */
export const foreigner = (c: Life, nodeID: string, ver?: ProtocolVersion): Foreigner =>
  new Foreigner(c.cluster, nodeID, ver).behave();

/** Several, that announce the same services. */
export async function foreigners(
  c: Life,
  nodeIDs: readonly string[],
  services: unknown = [],
): Promise<Foreigner[]> {
  const all = nodeIDs.map((nodeID) => foreigner(c, nodeID));
  for (const one of all) one.info(services);
  await c.cluster.advance(0);
  return all;
}

/** A service as announced: actions by raw name, events by pattern. */
export function service(
  name: string,
  actions: Record<string, object> = {},
  events: Record<string, object> = {},
  more: Partial<ServiceInfo> = {},
): ServiceInfo {
  const entry: ServiceInfo = {
    name,
    fullName: name,
    settings: {},
    metadata: {},
    actions: {},
    events: {},
    ...more,
  };
  for (const [rawName, rest] of Object.entries(actions)) {
    const full = `${entry.fullName}.${rawName}`;
    entry.actions[full] = { rawName, name: full, ...rest } as ActionInfo;
  }
  for (const [pattern, rest] of Object.entries(events))
    entry.events[pattern] = { name: pattern, ...rest } as EventInfo;
  return entry;
}
