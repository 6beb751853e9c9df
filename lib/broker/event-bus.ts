import type { Logger } from '@nestjs/common';
import type { EmitOptions } from '../context/call-options.js';
import { Context } from '../context/context.js';
import type { ContextHost } from '../context/context-host.js';
import { BrokerDisconnectedError } from '../errors/broker.error.js';
import { MoleculerClientError } from '../errors/moleculer.error.js';
import { errorOf, stackOf } from '../errors/thrown.js';
import * as messages from '../messages/broker.messages.js';
import type { InFlight } from '../pipeline/in-flight.js';
import { isInternalEvent } from '../registry/internal-events.js';
import type { EventPacket } from '../protocol/packets.js';
import type { EventGroup } from '../registry/event-group.js';
import type { EventEndpoint } from '../registry/node-endpoint.js';
import type { Registry } from '../registry/registry.js';
import { unserializable } from '../transit/requester.js';
import type { Transit } from '../transit/transit.js';
import type { BrokerState } from './broker-control.js';
import { noParent, overlong, refusedOrigin, type NameLimit } from './refused-options.js';
import { type EventKind, incomingEvent, outgoingEvent } from './event-context.js';
import { type EventTap, EventTaps } from './event-taps.js';
import type { ListenerRunner, Running } from './listener-runner.js';

const DONE = Promise.resolve();
const NO_ORIGIN = {};

/** Events, both ways. The sender decides who receives: one node a group for an emit, every node for a broadcast. */
export class EventBus {
  private deaf = false;
  private toldOfStart = false;
  private readonly taps = new EventTaps(this, (parent, kind, event, payload, opts) => {
    if (invalidEvent(event, opts, this.transit) !== null || isInternalEvent(event)) return null;
    const groups = chosenGroups(opts);
    const sent = outgoingEvent(this.host, parent, { name: event, type: kind, groups }, payload, opts);
    return { sent, groups: groups ?? [] };
  });

  constructor(
    private readonly host: ContextHost & { readonly state: BrokerState },
    private readonly registry: Registry,
    private readonly transit: Transit,
    private readonly listeners: ListenerRunner,
    /** Events of other nodes under way; null: a stop does not wait for them. */
    private readonly work: InFlight | null,
    private readonly logger: Logger,
  ) {
    const repeats = transit.createMemory();
    transit.handlers.EVENT =
      repeats === null
        ? (packet) => this.receive(packet)
        : (packet) => {
            // Whoever sends events without an ID can tell none twice.
            if (packet.id === null || repeats.first(packet.sender, packet.id)) this.receive(packet);
          };
  }

  /** From now on events of other nodes are ignored, or heard again. */
  listen(on: boolean): void {
    this.deaf = !on;
  }

  /** For tests: hears of every event that this node sends, whether anybody listens or not. @returns what ends it */
  tap(tap: EventTap): () => void {
    return this.taps.add(tap);
  }

  /** Rejects, never throws. */
  send(
    parent: Context | null,
    kind: EventKind,
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void> {
    try {
      return this.dispatch(parent, kind, event, payload, opts);
    } catch (error) {
      // Options of the user's may throw when they are read.
      return Promise.reject(errorOf(error));
    }
  }

  private dispatch(
    parent: Context | null,
    kind: EventKind,
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void> {
    const invalid = invalidEvent(event, opts, this.transit);
    if (invalid !== null) return Promise.reject(invalid);
    if (kind === 'broadcastLocal' || isInternalEvent(event))
      return this.sendHere(parent, kind, event, payload, opts);
    const targets = this.registry.event(event);
    if (targets.groups.length === 0) return this.unheard(event);
    const groups = chosenGroups(opts);
    const sent = outgoingEvent(this.host, parent, { name: event, type: kind, groups }, payload, opts);
    const running: Running = [];
    const nodes = new Map<string, string[]>();
    // One that fails keeps no other from running: the calls must not stand behind a `??=`.
    let first: Error | null = null;
    for (const group of targets.groups) {
      if (groups !== null && !groups.includes(group.name)) continue;
      if (kind === 'emit') {
        const endpoint = this.choose(group, sent);
        if (endpoint instanceof Error) first = firstOf(first, endpoint);
        else if (endpoint !== null && !endpoint.local) note(nodes, endpoint.nodeID, group.name);
        else if (group.local !== null)
          first = firstOf(first, this.listeners.group(group, sent, false, running, null));
      } else {
        if (group.local !== null)
          first = firstOf(first, this.listeners.group(group, sent, true, running, null));
        for (const endpoint of group.remotes) note(nodes, endpoint.nodeID, group.name);
      }
    }
    if (nodes.size > 0) first = firstOf(first, this.publish(sent, nodes, kind === 'broadcast', groups));
    return this.outcome(running, first, opts?.throwError === true);
  }

  /**
   * What does not leave this node is looked up among our own listeners alone: almost each packet of discovery causes internal events,
   * and they shall cost nothing that grows with what other nodes listen to.
   */
  private sendHere(
    parent: Context | null,
    kind: EventKind,
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void> {
    const targets = this.registry.localListeners(event);
    if (targets.length === 0) return DONE;
    const groups = chosenGroups(opts);
    const sent = outgoingEvent(this.host, parent, { name: event, type: kind, groups }, payload, opts);
    const running: Running = [];
    let first: Error | null = null;
    for (const group of targets) {
      if (groups !== null && !groups.includes(group.name)) continue;
      first = firstOf(first, this.listeners.group(group, sent, kind !== 'emit', running, null));
    }
    return this.outcome(running, first, opts?.throwError === true);
  }

  /** To our own listeners alone: events that tell of the broker itself. */
  tell(event: string, payload: object): void {
    this.send(null, 'broadcastLocal', event, payload, undefined).catch((error: unknown) =>
      this.logger.error(messages.internalHandlerFailed(event), stackOf(error)),
    );
  }

  /** Nobody listens, which is nobody's mistake, unless it is too early for anybody to. */
  private unheard(event: string): Promise<void> {
    const { transit, registry } = this;
    const early = this.host.state === 'idle' && !(transit.alone && registry.localServices().length > 0);
    if (early && !this.toldOfStart && this.taps.empty) {
      this.toldOfStart = true;
      this.logger.warn(messages.sentBeforeStart(event));
    }
    return DONE;
  }

  /** A strategy of the user's may throw: its group goes without, the others do not. */
  private choose(group: EventGroup, sent: Context): EventEndpoint | Error | null {
    try {
      return group.next(sent);
    } catch (thrown) {
      const error = errorOf(thrown);
      this.logger.error(messages.noReceiver(sent.eventName as string, group.name), stackOf(error));
      return error;
    }
  }

  private publish(
    sent: Context,
    nodes: Map<string, string[]>,
    broadcast: boolean,
    asked: readonly string[] | null,
  ): Error | null {
    const { transit } = this;
    const event = sent.eventName as string;
    let lost = false;
    try {
      const data = transit.writer.prepare(sent.params);
      for (const [nodeID, groups] of nodes) {
        const outbox = transit.outbox(nodeID);
        const bytes = outbox.writer.event(
          transit.versions.of(nodeID),
          sent,
          this.host.newID(),
          data,
          broadcast ? asked : groups,
          broadcast,
        );
        if (outbox.send('EVENT', nodeID, transit.sized(bytes, outbox))) continue;
        transit.noteLostEvent();
        lost = true;
      }
    } catch (error) {
      const problem = unserializable(`payload or meta of event '${event}'`, error);
      this.logger.error(problem.message);
      return problem;
    }
    return lost ? new BrokerDisconnectedError(undefined, messages.eventsNotSent(event)) : null;
  }

  private receive(packet: EventPacket): void {
    if (this.deaf || isInternalEvent(packet.event)) return;
    const groups = this.registry.localListeners(packet.event);
    if (groups.length === 0) return;
    const received = incomingEvent(this.host, packet);
    const running: Running = [];
    for (const group of groups) {
      if (packet.groups !== null && !packet.groups.includes(group.name)) continue;
      this.listeners.group(group, received, packet.broadcast, running, this.work);
    }
  }

  private outcome(running: Running, first: Error | null, throwError: boolean): Promise<void> {
    if (running.length === 0) return first !== null && throwError ? Promise.reject(first) : DONE;
    return Promise.all(running).then((errors) => {
      const error = first ?? errors.find((candidate) => candidate !== null) ?? null;
      if (error !== null && throwError) throw error;
    });
  }
}

function firstOf(first: Error | null, next: Error | null): Error | null {
  return first ?? next;
}

/** No groups and an empty list both mean all, as on the wire. */
function chosenGroups(opts: EmitOptions | undefined): string[] | null {
  const groups = opts?.groups;
  if (groups == null || groups.length === 0) return null;
  return typeof groups === 'string' ? [groups] : groups;
}

function note(nodes: Map<string, string[]>, nodeID: string, group: string): void {
  const groups = nodes.get(nodeID);
  if (groups === undefined) nodes.set(nodeID, [group]);
  else groups.push(group);
}

function invalidEvent(event: string, opts: EmitOptions | undefined, names: NameLimit): Error | null {
  if (typeof event !== 'string' || event === '') {
    return new MoleculerClientError(messages.invalidName('The name of an event', event), 400, 'INVALID_NAME');
  }
  const problem = names.isOverlong(event)
    ? overlong('The name of an event', event)
    : refusedOrigin(opts ?? NO_ORIGIN, names);
  if (problem !== null) return problem;
  const parent = opts?.parentCtx;
  if (parent != null && !(parent instanceof Context)) return noParent(`event '${event}'`);
  const groups = opts?.groups;
  if (groups == null || typeof groups === 'string' || Array.isArray(groups)) return null;
  return new MoleculerClientError(messages.groupNotText(event), 400, 'INVALID_GROUPS');
}
