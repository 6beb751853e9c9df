import type { Logger } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { Context } from '../context/context.js';
import type { EventMessage } from '../context/contract.types.js';
import { MoleculerClientError } from '../errors/moleculer.error.js';
import { stackOf } from '../errors/thrown.js';
import * as messages from '../messages/broker.messages.js';
import type { EventInfo } from '../protocol/packets.js';
import { attempt, GuardedObservable } from '../registry/guarded-observable.js';
import { isInternalEvent } from '../registry/internal-events.js';
import type { LocalEvent, LocalService } from '../registry/service-definition.js';

/** The service under which streams are announced. */
const STREAMS = '$streams';

export interface StreamHost {
  nodeID: string;
  /** The streams' service comes with the first pattern and goes with the last. */
  serve(service: LocalService, there: boolean): void;
  /** One pattern of it is listened to, or no longer; its INFO says so already. */
  listen(service: LocalService, event: LocalEvent, there: boolean): void;
}

interface Interest {
  readonly subscribers: Set<Subscriber<EventMessage>>;
  readonly event: LocalEvent;
  /** Of its entry in INFO; null: internal events are told to nobody. */
  readonly key: string | null;
}

/**
 * Events as Observables: hot, shared by pattern and group. The first subscriber of a pattern makes the node a listener, the last
 * one to leave takes that back; the announcements are gathered by whoever publishes INFO.
 */
export class EventStreams {
  private readonly interests = new Map<string, Interest>();
  /** Changed in place: thousands of patterns may come and go one by one. */
  private readonly infos = Object.create(null) as Record<string, EventInfo>;
  private readonly service: LocalService = {
    info: {
      name: STREAMS,
      fullName: STREAMS,
      settings: {},
      metadata: {},
      actions: {},
      events: this.infos,
    },
    actions: [],
    events: [],
    announced: true,
  };
  private closed = false;

  constructor(
    private readonly host: StreamHost,
    private readonly logger: Logger,
  ) {}

  /** Patterns listened to just now. For leak tests. */
  get size(): number {
    return this.interests.size;
  }

  /** Without a group of its own a stream is in the node's: it hears every emit and takes none from handlers. */
  of(pattern: string, group: string | undefined): Observable<EventMessage> {
    if (typeof pattern !== 'string' || pattern === '') {
      throw new MoleculerClientError(
        messages.invalidName('The pattern of an event stream', pattern),
        400,
        'INVALID_NAME',
      );
    }
    const source = new Observable<EventMessage>((subscriber) =>
      this.subscribe(pattern, group ?? this.host.nodeID, subscriber),
    );
    return new GuardedObservable((error) => this.report(pattern, error), source);
  }

  /** Completes all streams. Later subscribers are completed at once. */
  close(): void {
    this.closed = true;
    const interests = [...this.interests.values()];
    this.interests.clear();
    for (const { subscribers, event } of interests) {
      const report = (error: unknown) => this.report(event.info.name, error);
      for (const subscriber of [...subscribers]) attempt(() => subscriber.complete(), report);
    }
  }

  private subscribe(pattern: string, group: string, subscriber: Subscriber<EventMessage>): void {
    if (this.closed) {
      subscriber.complete();
      return;
    }
    const key = JSON.stringify([pattern, group]);
    const known = this.interests.get(key);
    const interest = known ?? this.made(key, pattern, group);
    const { subscribers } = interest;
    if (known === undefined) this.interests.set(key, interest);
    subscribers.add(subscriber);
    subscriber.add(() => {
      subscribers.delete(subscriber);
      if (subscribers.size > 0 || this.interests.get(key) !== interest || this.closed) return;
      this.interests.delete(key);
      this.leave(interest);
    });
    if (known === undefined) this.open(key, interest);
  }

  private made(id: string, pattern: string, group: string): Interest {
    const info = { name: pattern, group };
    const subscribers = new Set<Subscriber<EventMessage>>();
    const report = (error: unknown) => this.report(pattern, error);
    const event = { info, group, handler: (ctx: Context) => deliver(subscribers, ctx, report) };
    // Peers register by the name inside; the key only has to differ for patterns in several groups (trap 11).
    const free = pattern in this.infos ? id : pattern;
    const interest = { subscribers, event, key: isInternalEvent(pattern) ? null : free };
    if (interest.key !== null) this.infos[interest.key] = info;
    return interest;
  }

  /** Whoever hears of it (`changes()`) may subscribe to the same pattern, or leave, before this returns. */
  private open(id: string, interest: Interest): void {
    if (this.interests.size === 1) this.host.serve(this.service, true);
    if (this.interests.get(id) === interest) this.host.listen(this.service, interest.event, true);
  }

  private report(pattern: string, error: unknown): void {
    this.logger.error(messages.subscriberFailed(pattern), stackOf(error));
  }

  private leave({ key, event }: Interest): void {
    if (key !== null) delete this.infos[key];
    this.host.listen(this.service, event, false);
    if (this.interests.size === 0) this.host.serve(this.service, false);
  }
}

function deliver(
  subscribers: Set<Subscriber<EventMessage>>,
  ctx: Context,
  report: (error: unknown) => void,
): void {
  const message: EventMessage = {
    event: ctx.eventName as string,
    payload: ctx.params,
    meta: ctx.meta,
    headers: ctx.headers,
    sender: ctx.nodeID,
    groups: ctx.eventGroups ?? [],
    broadcast: ctx.eventType !== 'emit',
    ctx,
  };
  for (const subscriber of [...subscribers]) {
    try {
      subscriber.next(message);
    } catch (error) {
      report(error);
    }
  }
}
