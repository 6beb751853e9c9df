import { messageOf, stackOf } from '../errors/thrown.js';
import { quoted } from '../messages/log.messages.js';
import * as messages from '../messages/transit.messages.js';
import { BUNDLE } from '../protocol/bundle.js';
import { overlongField } from '../protocol/name-length.js';
import type { Envelope, InfoPacket, PacketType, ProtocolVersion } from '../protocol/packets.js';
import {
  isDictionary,
  readEnvelope,
  readEvent,
  readHeartbeat,
  readInfo,
  readPing,
  readPong,
  readRequest,
  readResponse,
} from '../protocol/read-packet.js';
import type { Serializer } from '../serializers/serializer.js';
import type { LineLog } from '../time/bounded-log.js';
import { OncePer } from './once-per.js';
import type { PacketHandlers } from './packet-handlers.js';
import type { PeerVersions } from './peer-versions.js';
import { unbundle } from './unbundle.js';

const READERS = {
  REQ: readRequest,
  RES: readResponse,
  EVENT: readEvent,
  INFO: readInfo,
  DISCOVER: readEnvelope,
  DISCONNECT: readEnvelope,
  HEARTBEAT: readHeartbeat,
  PING: readPing,
  PONG: readPong,
} as const;

/** What is dropped for its size. */
export interface PacketLimits {
  /** bytes */
  maxPacketSize: number;
  /** characters */
  maxNameLength: number;
}

/** From bytes on a topic to a typed packet at its handler. Nothing that arrives here may throw further. */
export class Receiver {
  /** Whatever came in on our topics. */
  received = 0;
  private readonly warned = new OncePer();

  constructor(
    private readonly nodeID: string,
    private readonly serializer: Serializer,
    private readonly versions: PeerVersions,
    private readonly topics: ReadonlyMap<string, PacketType>,
    private readonly limits: PacketLimits,
    private readonly handlers: PacketHandlers,
    /** Bounded: whatever comes may be wrong in a new way each time. */
    private readonly logger: LineLog,
  ) {}

  message(topic: string, data: Buffer): void {
    const type = this.topics.get(topic);
    if (type === undefined) return;
    this.received++;
    const { maxPacketSize, maxNameLength } = this.limits;
    if (data.length > maxPacketSize) {
      this.warnOnce(`size ${topic}`, messages.packetTooLarge(type, topic, data.length, maxPacketSize));
      return;
    }
    let raw: unknown;
    try {
      raw = this.serializer.deserialize(data, type);
    } catch (error) {
      this.warnOnce(`bytes ${topic}`, messages.unreadablePacket(type, topic, messageOf(error)));
      return;
    }
    if (!isDictionary(raw) || typeof raw['sender'] !== 'string' || raw['sender'] === '') {
      this.warnOnce(`envelope ${topic}`, messages.unreadablePacket(type, topic, 'no envelope'));
      return;
    }
    if (raw['sender'].length > maxNameLength) {
      this.warnOnce(`sender ${topic}`, messages.nameTooLong(type, 'sender', null, maxNameLength));
      return;
    }
    this.dispatch(type, raw, raw['sender']);
  }

  /** A packet runs nothing, for its sender used its ID before. One who counts anew after a restart would else wonder in vain. */
  readonly repeated = (sender: string, id: string): void =>
    this.warnOnce(`repeat ${sender}`, messages.repeatedPacket(sender, id));

  private dispatch(type: PacketType, raw: Record<string, unknown>, sender: string): void {
    const ver = this.versions.read(raw['ver']);
    if (ver === null) {
      const theirs = typeof raw['ver'] === 'string' ? quoted(raw['ver']) : typeof raw['ver'];
      this.warnOnce(`ver ${sender}`, messages.wrongVersion(sender, theirs, this.versions.description));
      return;
    }
    try {
      if (sender === this.nodeID) {
        this.fromOurselves(type, raw, ver, sender);
        return;
      }
      this.deliver(type, raw, ver, sender);
    } catch (error) {
      this.failed(type, sender, error);
    }
  }

  private failed(type: string, sender: string, error: unknown): void {
    this.logger.error(messages.handlerFailed(type, sender), stackOf(error));
  }

  /** Our own broadcasts come back to us on some wires; an INFO or PONG may be somebody else's under our name. */
  private fromOurselves(
    type: PacketType,
    raw: Record<string, unknown>,
    ver: ProtocolVersion,
    sender: string,
  ): void {
    if (type === 'INFO') this.handlers.CONFLICT(readInfo(raw, ver, sender));
    else if (type === 'PONG') this.handlers.PONG(readPong(raw, ver, sender));
    else if (type === 'DISCOVER' || type === 'HEARTBEAT') this.handlers.ECHO();
  }

  private deliver(
    type: PacketType,
    raw: Record<string, unknown>,
    ver: ProtocolVersion,
    sender: string,
  ): void {
    if (type === 'EVENT' && raw['event'] === BUNDLE) {
      this.bundle(raw['data'], ver, sender);
      return;
    }
    const packet = READERS[type](raw, ver, sender);
    if (packet === null) {
      this.warnOnce(`incomplete ${type} ${sender}`, messages.incompletePacket(type, sender));
      return;
    }
    this.handOver(type, packet);
  }

  private handOver(type: PacketType, packet: Envelope): void {
    const { maxNameLength } = this.limits;
    const field = overlongField(type, packet, maxNameLength);
    if (field !== null) {
      const { sender } = packet;
      this.warnOnce(`long ${type} ${sender}`, messages.nameTooLong(type, field, sender, maxNameLength));
      return;
    }
    if (type !== 'REQ' && type !== 'RES' && type !== 'EVENT') this.learn(type, packet);
    // The reader of a type makes the packet of that type; TypeScript cannot tie the two unions together.
    (this.handlers[type] as (packet: unknown) => void)(packet);
  }

  private bundle(entries: unknown, ver: ProtocolVersion, sender: string): void {
    const whole = unbundle(
      entries,
      ver,
      sender,
      (type, packet) => this.handOver(type, packet),
      (error) => this.failed(BUNDLE, sender, error),
    );
    if (!whole) this.warnOnce(`incomplete ${BUNDLE} ${sender}`, messages.incompletePacket(BUNDLE, sender));
  }

  private learn(type: PacketType, packet: Envelope): void {
    // The conflict probe asks under a throw-away name: a PING alone makes nobody a peer.
    if (type === 'PING' || type === 'PONG') return;
    const { instanceID, metadata } = packet as Partial<InfoPacket>;
    this.versions.learn(packet.sender, packet.ver, instanceID, metadata);
  }

  private warnOnce(key: string, text: string): void {
    if (this.warned.first(key)) this.logger.warn(text);
  }
}
