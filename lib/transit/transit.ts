import type { SchedulerLike } from 'rxjs';
import { SteadyLogger } from '../errors/steady-logger.js';
import { messageOf } from '../errors/thrown.js';
import * as messages from '../messages/transit.messages.js';
import { BUNDLE } from '../protocol/bundle.js';
import { BILINGUAL, BUNDLES } from '../protocol/capabilities.js';
import type { Dialect } from '../protocol/dialect.js';
import type { Dictionary, PacketType, ProtocolVersion } from '../protocol/packets.js';
import { Topics } from '../protocol/topics.js';
import { JsonSerializer } from '../serializers/json.serializer.js';
import type { Serializer } from '../serializers/serializer.js';
import { NullTransporter } from '../transporters/null.transporter.js';
import { BoundedLog } from '../time/bounded-log.js';
import type { Transporter } from '../transporters/transporter.js';
import { Bundler } from './bundler.js';
import { Connection } from './connection.js';
import { ObjectWriter } from './object-writer.js';
import { orElse } from './or-else.js';
import type { Outbox } from './outbox.js';
import { noHandlers, type PacketHandlers } from './packet-handlers.js';
import type { Bytes, PacketWriter } from './packet-writer.js';
import { PeerVersions } from './peer-versions.js';
import { Receiver } from './receiver.js';
import { Repeats } from './repeats.js';
import { TextWriter } from './text-writer.js';
import type { TransitWatcher } from './transit-watcher.js';

/** Lines a minute about packets that are dropped. */
const DROPS_TOLD = 100;

export interface TransitOptions {
  nodeID: string;
  namespace: string;
  protocolVersion: ProtocolVersion | 'auto';
  disableVersionCheck: boolean;
  disableReconnect: boolean;
  /** bytes */
  maxPacketSize: number;
  /** Whether packets of one turn for one node of our kind go as one message. */
  bundling: boolean;
  /** characters */
  maxNameLength: number;
  /** Nodes that may be known at a time. */
  maxNodes: number;
  /** Of requests, and of events; 0 = none. */
  rememberedIDs: number;
}

/** bytes; whoever takes less may not get a bundle through. */
const MIN_PACKET_SIZE = 128 * 1024;

/** Carries packets between this node and the others: topics, versions, bytes and the connection. */
export class Transit implements Outbox {
  readonly handlers: PacketHandlers = noHandlers();
  readonly topics: Topics;
  readonly versions: PeerVersions;
  readonly writer: PacketWriter;
  /** Packets can be sent and answers come in. */
  connected = false;
  private readonly logger = new SteadyLogger(messages.TRANSIT_CONTEXT);
  private readonly receiver: Receiver;
  private readonly connection: Connection;
  private readonly subscriptions: Map<string, PacketType>;
  /** null: none are made, and none are asked for. */
  private readonly bundler: Bundler | null;
  /** bytes of a bundle besides its entries */
  private readonly frame: number;
  private watcher: TransitWatcher | null = null;
  private lostEvents = 0;

  constructor(
    private readonly options: TransitOptions,
    private readonly transporter: Transporter,
    private readonly serializer: Serializer,
    private readonly scheduler: SchedulerLike,
  ) {
    this.topics = new Topics(options.namespace);
    this.versions = new PeerVersions(options.protocolVersion, options.disableVersionCheck, options.maxNodes);
    // A subclass may write something else than JSON, so only the class itself takes the short way.
    const text = serializer.constructor === JsonSerializer;
    this.writer = text ? new TextWriter(options.nodeID) : new ObjectWriter(options.nodeID, serializer);
    this.bundler =
      text &&
      options.bundling &&
      transporter.acceptsText &&
      transporter.favoursBundles &&
      options.maxPacketSize >= MIN_PACKET_SIZE
        ? new Bundler((nodeID, entries) => this.sendBundle(nodeID, entries))
        : null;
    this.frame = this.bundler === null ? 0 : Buffer.byteLength(this.bundleText('', this.versions.primary));
    this.subscriptions = this.topics.subscriptions(options.nodeID);
    this.receiver = new Receiver(
      options.nodeID,
      serializer,
      this.versions,
      this.subscriptions,
      options,
      this.handlers,
      new BoundedLog(this.logger, () => scheduler.now(), DROPS_TOLD),
    );
    this.connection = new Connection(
      transporter,
      { joined: (reconnect) => this.join(reconnect), lost: () => this.lost() },
      scheduler,
      options.disableReconnect,
      this.logger,
    );
  }

  /** @internal A memory for what must not run twice; null: nobody wants one. */
  createMemory(): Repeats | null {
    const { rememberedIDs } = this.options;
    const now = () => this.scheduler.now();
    return rememberedIDs > 0 ? new Repeats(rememberedIDs, now, this.receiver.repeated) : null;
  }

  /** What our INFO tells other nodes of our kind (`CAPABILITIES`). */
  get capabilities(): string[] {
    return [...(this.versions.bilingual ? [BILINGUAL] : []), ...(this.bundler === null ? [] : [BUNDLES])];
  }

  /** The way for calls, answers and events to a node. */
  outbox(nodeID: string): Outbox {
    const { bundler } = this;
    return bundler !== null && this.connected && this.versions.takesBundles(nodeID) ? bundler : this;
  }

  /** No transporter: there are no other nodes. */
  get alone(): boolean {
    return this.transporter instanceof NullTransporter;
  }

  /** Packets that came in so far, our own broadcasts among them. */
  get received(): number {
    return this.receiver.received;
  }

  /** Why there is no connection, if there was a reason. */
  get reason(): string | undefined {
    return this.connection.reason;
  }

  /** Connects and goes on trying. */
  open(watcher: TransitWatcher): void {
    this.watcher = watcher;
    this.transporter.attach({
      message: (topic, data) => this.receiver.message(topic, data),
      up: () => this.connection.up(),
      down: (error) => this.connection.down(error),
      error: (error) => this.connection.error(error),
    });
    this.connection.open();
  }

  /** For whoever notices that the connection carries nothing any more. */
  renew(reason: string): Promise<void> {
    return this.connection.renew(new Error(reason));
  }

  /** Disconnects for good. */
  async close(): Promise<void> {
    this.connected = false;
    await this.connection.close();
  }

  /**
   * Hands bytes to the transporter. Without a connection they are dropped, as the protocol has it for all but calls and events.
   * Returns whether they were handed over.
   */
  send(type: PacketType, nodeID: string | undefined, bytes: Bytes): boolean {
    if (!this.connected) return false;
    this.bundler?.flush(nodeID);
    return this.sendTo(this.topics.of(type, nodeID), bytes);
  }

  /** Whether other nodes with the same limit would drop what bears this name or ID, without a word to us. */
  isOverlong(name: string): boolean {
    return name.length > this.options.maxNameLength;
  }

  /**
   * Throws where what goes to an outbox would be longer than `maxPacketSize`, alone or as all that is in a bundle: nodes with the same
   * limit would drop it without a word to us.
   */
  sized(bytes: Bytes, outbox: Outbox): Bytes {
    const { maxPacketSize } = this.options;
    // No character takes more than three bytes: small packets, nearly all of them, are not measured.
    if (bytes.length * 3 <= maxPacketSize - this.frame) return bytes;
    const frame = outbox === this.bundler ? this.frame : 0;
    const size = frame + (typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length);
    if (size > maxPacketSize) throw new RangeError(messages.tooLargeToSend(size, maxPacketSize));
    return bytes;
  }

  /** An event was not handed over: such are counted, and told of on return. */
  noteLostEvent(): void {
    this.lostEvents++;
  }

  /** A packet to one node, in its version. Never throws: they go out from timers and in answer to others. */
  sendPlain(type: PacketType, nodeID: string, payload: Dictionary, dialect = this.versions.of(nodeID)): void {
    try {
      this.send(type, nodeID, this.writer.plain(dialect, type, payload));
    } catch (error) {
      this.noteUnwritten(type, error);
    }
  }

  /** Says, once between two changes of the connection, that a serializer of the user's or what it was given stands in the way. */
  noteUnwritten(type: PacketType, error: unknown): void {
    this.connection.error(new Error(messages.notWritten(type, messageOf(error))));
  }

  /** A packet to all nodes, once per version given. Throws what a serializer of the user's does. */
  broadcastPlain(
    type: PacketType,
    payload: Dictionary,
    dialects: readonly Dialect[] = this.versions.inUse(),
  ): void {
    for (const dialect of dialects) this.send(type, undefined, this.writer.plain(dialect, type, payload));
  }

  /** For the conflict probe: listens to one more topic, before the others. */
  async subscribeExtra(topic: string, type: PacketType): Promise<void> {
    this.subscriptions.set(topic, type);
    await this.transporter.subscribe([topic]);
  }

  /** What comes on that topic is not looked at any more. */
  dropExtra(topic: string): void {
    this.subscriptions.delete(topic);
    // Should it fail, the topic is heard a while longer and passed over.
    void orElse(() => this.transporter.unsubscribe([topic]), undefined);
  }

  /** Whether what is said on a topic comes in here, as far as the driver knows. */
  isSubscribed(topic: string): boolean {
    return this.transporter.isSubscribed(topic);
  }

  /** For packets that bear another sender than this node. */
  encode(type: PacketType, packet: Dictionary): Bytes {
    return this.serializer.serialize(packet, type);
  }

  /** Bytes to a topic although the node is not connected in the eyes of others yet. */
  sendRaw(topic: string, bytes: Bytes): void {
    this.sendTo(topic, bytes);
  }

  /** How many nodes hear a topic; null where nobody can tell. */
  countSubscribers(topic: string): Promise<number | null> {
    return orElse(() => this.transporter.countSubscribers(topic), null);
  }

  private async join(reconnect: boolean): Promise<void> {
    const attempt = this.connection.current;
    await this.watcher?.beforeSubscribe();
    if (!this.connection.isCurrent(attempt)) return;
    await this.transporter.subscribe([...this.topics.subscriptions(this.options.nodeID).keys()]);
    if (!this.connection.isCurrent(attempt)) return;
    this.connected = true;
    const say = reconnect ? messages.reconnected : messages.connected;
    this.logger.log(say(this.transporter.name));
    if (this.lostEvents > 0) this.logger.warn(messages.lostEvents(this.lostEvents));
    this.lostEvents = 0;
    await this.watcher?.joined(reconnect);
  }

  private lost(): void {
    if (!this.connected) return;
    this.connected = false;
    this.bundler?.drop();
    this.logger.warn(messages.connectionLost(this.transporter.name, this.connection.reason));
    this.watcher?.lost();
  }

  private sendBundle(nodeID: string, entries: string): boolean {
    if (!this.connected) return false;
    return this.sendTo(this.topics.of('EVENT', nodeID), this.bundleText(entries, this.versions.of(nodeID)));
  }

  private bundleText(entries: string, { ver }: Dialect): string {
    return `{"event":"${BUNDLE}","data":[${entries}]${(this.writer as TextWriter).tails[ver]}`;
  }

  private sendTo(topic: string, bytes: Bytes): boolean {
    const data = typeof bytes === 'string' && !this.transporter.acceptsText ? Buffer.from(bytes) : bytes;
    try {
      // The driver's `send` says Buffer, for those who write one; text is only given to drivers that ask for it.
      const sent = this.transporter.send(topic, data as Buffer);
      if (sent !== undefined)
        void Promise.resolve(sent).catch((error: unknown) => this.connection.error(error));
      return true;
    } catch (error) {
      this.connection.error(error);
      return false;
    }
  }
}
