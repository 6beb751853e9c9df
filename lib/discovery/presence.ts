import type { SchedulerLike } from 'rxjs';
import { SteadyLogger } from '../errors/steady-logger.js';
import * as messages from '../messages/discovery.messages.js';
import { NodeIDConflictError } from '../errors/broker.error.js';
import { dialectOf } from '../protocol/dialect.js';
import type { HeartbeatPacket, InfoPacket, PingPacket } from '../protocol/packets.js';
import type { Registry } from '../registry/registry.js';
import { BoundedLog, type LineLog } from '../time/bounded-log.js';
import { RateLimit } from '../time/rate-limit.js';
import type { IdSource, Machine, RandomSource } from '../time/sources.js';
import { OncePer } from '../transit/once-per.js';
import type { Transit } from '../transit/transit.js';
import { Announcer, type OwnFacts } from './announcer.js';
import { Arrivals } from './arrivals.js';
import { ConflictProbe } from './conflict-probe.js';
import { type HeartbeatOptions, HeartbeatScheduler } from './heartbeat.scheduler.js';
import { Hearing } from './hearing.js';
import { OfflineSweep, type SweepOptions } from './offline.sweep.js';
import { Pings } from './pings.js';
import { Refresh } from './refresh.js';
import { RollCall } from './roll-call.js';

/** A second: more nodes than this are asked when their next heartbeat comes. */
const QUESTIONS = 500;

const STRANGERS = 5000;

export interface PresenceOptions extends HeartbeatOptions, SweepOptions {
  nodeID: string;
  /** ms */
  announceDebounce: number;
  /** heartbeats; 0 = never */
  refreshEvery: number;
}

export interface PresenceDeps {
  transit: Transit;
  registry: Registry;
  scheduler: SchedulerLike;
  random: RandomSource;
  newID: IdSource;
  machine: Machine;
  facts: OwnFacts;
}

/** What the owner of this node's life hears from its presence. */
export interface PresenceListener {
  joined(reconnect: boolean): void;
  conflict(error: Error): void;
  /** The connection is gone. */
  lost(): void;
  pong(payload: object): void;
}

/** Who is there, as told by INFO, DISCOVER, HEARTBEAT and DISCONNECT; and that we are (protocol section 5). */
export class Presence {
  readonly announcer: Announcer;
  readonly pings: Pings;
  private readonly logger = new SteadyLogger(messages.DISCOVERY_CONTEXT);
  private readonly heartbeats: HeartbeatScheduler;
  private readonly sweep: OfflineSweep;
  private readonly arrivals: Arrivals;
  private readonly probe: ConflictProbe;
  private readonly hearing = new Hearing();
  private readonly rollCall: RollCall;
  private readonly refresh: Refresh;
  private listener: PresenceListener | null = null;
  /** Bounded: who comes and goes, and how often, is up to others. */
  private readonly log: LineLog;
  /** To nodes that are known by a heartbeat only; a flood of invented ones must not become one of questions. */
  private readonly questions: RateLimit;
  /** Those known by a heartbeat only, until their INFO comes. */
  private readonly strangers = new OncePer(STRANGERS);
  private warnedOfNamesake = false;
  private inConflict = false;
  /** Counts joins and losses: a join that was overtaken by either has no effect any more. */
  private life = 0;

  constructor(
    private readonly deps: PresenceDeps,
    private readonly options: PresenceOptions,
  ) {
    const { transit, registry, scheduler, random, newID, facts } = deps;
    this.announcer = new Announcer(transit, registry, facts, scheduler, options.announceDebounce);
    this.pings = new Pings(transit, scheduler, newID);
    this.heartbeats = new HeartbeatScheduler(scheduler, random, options);
    this.sweep = new OfflineSweep(
      registry,
      transit.versions,
      scheduler,
      options,
      () => this.hearing.doubtful,
    );
    this.rollCall = new RollCall(scheduler, {
      heartbeatTimeout: options.heartbeatTimeout * 1000,
      ask: (nodeID) => transit.sendPlain('DISCOVER', nodeID, {}),
      gone: (nodeID) => registry.disconnect(nodeID, true),
    });
    this.refresh = new Refresh(options.refreshEvery, random, {
      nodes: () => this.there(),
      isThere: (nodeID) => registry.node(nodeID)?.available === true,
      ask: (nodeID) => transit.sendPlain('DISCOVER', nodeID, {}),
    });
    this.arrivals = new Arrivals(scheduler);
    this.probe = new ConflictProbe(transit, options.nodeID, facts.instanceID, scheduler);
    const now = () => scheduler.now();
    this.log = new BoundedLog(this.logger, now);
    this.questions = new RateLimit(QUESTIONS, 1000, now);
    transit.versions.isNode = (nodeID) => registry.node(nodeID) !== undefined;
    this.handlePackets();
  }

  open(listener: PresenceListener): void {
    this.listener = listener;
    this.announcer.reset();
    this.deps.transit.open({
      beforeSubscribe: () => this.checkIdentity(),
      joined: (reconnect) => this.join(reconnect),
      lost: () => this.lost(),
    });
  }

  /** The last packets: DISCONNECT to all. INFO without services went out when the node was drained. */
  async close(): Promise<void> {
    this.rest();
    this.pings.close();
    try {
      this.deps.transit.broadcastPlain('DISCONNECT', {});
    } finally {
      // A serializer of the user's may throw: the connection must go all the same.
      await this.deps.transit.close();
    }
  }

  private async checkIdentity(): Promise<void> {
    try {
      await this.probe.run(this.deps.newID());
      this.inConflict = false;
    } catch (error) {
      if (error instanceof NodeIDConflictError && !this.inConflict) {
        this.inConflict = true;
        this.logger.error(messages.conflict(this.options.nodeID));
        this.listener?.conflict(error);
      }
      throw error;
    }
  }

  private async join(reconnect: boolean): Promise<void> {
    const { transit } = this.deps;
    const life = ++this.life;
    this.arrivals.begin();
    if (reconnect) this.comeBack();
    else transit.broadcastPlain('DISCOVER', {}, transit.versions.spoken());
    // Counted after the question: the answer of one who came in between would stand for that of one who was asked before.
    const due = await transit.countSubscribers(transit.topics.of('DISCOVER'));
    if (life !== this.life) return;
    this.sweep.start();
    // We are one of the subscribers ourselves.
    await this.arrivals.wait(due === null ? null : due - 1);
    if (life !== this.life) return;
    this.announcer.start();
    this.heartbeats.start(() => void this.beat());
    this.listener?.joined(reconnect);
  }

  /** The others have not heard of us for a while, nor we of them. */
  private comeBack(): void {
    const { transit } = this.deps;
    // In the versions of those who were there: each other one would log an error at every node.
    transit.broadcastPlain('DISCOVER', {});
    // Not an interval from now: for some we may be about to be too long silent, and INFO does not count (trap 4).
    if (this.options.heartbeatInterval > 0) void this.beat();
    if (!this.sweep.checks) return;
    this.rollCall.begin(this.there());
  }

  private *there(): IterableIterator<string> {
    for (const { id, available } of this.deps.registry.remoteNodes()) if (available) yield id;
  }

  private lost(): void {
    this.rest();
    this.listener?.lost();
  }

  private rest(): void {
    this.life++;
    this.heartbeats.stop();
    this.sweep.stop();
    this.rollCall.stop();
    this.hearing.reset();
    this.announcer.pause();
  }

  /** Never rejects: a timer calls it. */
  private async beat(): Promise<void> {
    try {
      await this.sendHeartbeat();
    } catch (error) {
      // Nothing has gone out that could come back.
      this.hearing.reset();
      this.deps.transit.noteUnwritten('HEARTBEAT', error);
    }
  }

  private async sendHeartbeat(): Promise<void> {
    if (this.hearing.check(this.deps.transit.received)) return this.deps.transit.renew(messages.DEAF);
    const cpu = await this.deps.machine.cpu().catch(() => null);
    this.deps.registry.heartbeat(this.options.nodeID, cpu);
    // Exactly these fields: there are brokers that drop a heartbeat with any other.
    this.deps.transit.broadcastPlain('HEARTBEAT', { cpu });
    this.refresh.beat();
  }

  private handlePackets(): void {
    const { transit, registry } = this.deps;
    const { handlers } = transit;
    handlers.INFO = (packet) => this.info(packet);
    handlers.DISCOVER = (packet) => this.announcer.answer(packet.sender, dialectOf(packet.ver));
    handlers.HEARTBEAT = (packet) => this.heartbeat(packet);
    handlers.ECHO = () => this.hearing.echo();
    handlers.DISCONNECT = (packet) => {
      this.rollCall.heard(packet.sender);
      if (registry.disconnect(packet.sender, false)) this.log.log(messages.nodeLeft(packet.sender));
    };
    handlers.PING = (packet) => {
      if (!this.probe.ping(packet)) this.ping(packet);
    };
    handlers.PONG = (packet) => {
      if (!this.probe.pong(packet) && packet.sender !== this.options.nodeID) {
        this.listener?.pong(this.pings.pong(packet));
      }
    };
    handlers.CONFLICT = (packet) => this.namesake(packet);
  }

  private info(packet: InfoPacket): void {
    const { registry, transit } = this.deps;
    this.rollCall.heard(packet.sender);
    const beats = this.strangers.forget(packet.sender);
    const outcome = registry.applyInfo(packet, beats, this.refresh.answers(packet.sender));
    if (outcome === 'refused') return;
    if (outcome === 'connected') this.log.log(messages.nodeConnected(packet.sender, packet.services.length));
    if (outcome === 'reconnected') this.log.log(messages.nodeReconnected(packet.sender));
    this.arrivals.note(packet.sender);
    // A node that came without asking who is there, or whose version was not in use when we announced ourselves, does not know us.
    if (outcome !== 'updated' && transit.connected) this.announcer.introduce(packet.sender);
  }

  private heartbeat(packet: HeartbeatPacket): void {
    const { registry, transit } = this.deps;
    this.rollCall.heard(packet.sender);
    if (registry.heartbeat(packet.sender, packet.cpu) === 'known') return;
    this.strangers.first(packet.sender);
    if (!this.questions.take()) return;
    // Neither an unknown nor an offline node is there by its heartbeat alone: only its INFO brings it in (trap 5).
    // It is asked in the version just heard: a node may come back with another one.
    transit.sendPlain('DISCOVER', packet.sender, {}, dialectOf(packet.ver));
    // A node of a version that we did not speak yet cannot know us either.
    this.announcer.introduce(packet.sender);
  }

  private ping(packet: PingPacket): void {
    const payload = { time: packet.time, id: packet.id, arrived: Math.round(this.deps.scheduler.now()) };
    this.deps.transit.sendPlain('PONG', packet.sender, payload, dialectOf(packet.ver));
  }

  private namesake(packet: InfoPacket): void {
    if (packet.instanceID === this.deps.facts.instanceID || this.warnedOfNamesake) return;
    this.warnedOfNamesake = true;
    this.logger.error(messages.foreignInfo(this.options.nodeID, packet.instanceID));
  }
}
