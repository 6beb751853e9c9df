import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import {
  BrokerDisconnectedError,
  BrokerOptionsError,
  type CallOptions,
  MoleculerError,
  ServiceBroker,
} from '../index.js';
import { brokerMissing } from '../messages/microservices.messages.js';
import { brokerStatus, listenTo, type MoleculerEvents, type MoleculerStatus } from './broker-status.js';
import { microservices } from './load-microservices.js';
import { MoleculerRecord, type MoleculerRecordOptions } from './moleculer-record.js';

const { ClientProxy } = microservices;

/** Options of the client: its broker, and what holds for all it sends. */
export interface MoleculerClientOptions {
  broker: ServiceBroker;
  /** ms that an answer may take; 0 = no limit. Default: the action's own, then the broker's `requestTimeout`. */
  timeout?: number;
  /** `emit` reaches these groups only. Default: all. */
  groups?: string | string[];
  /** Goes with every message. */
  meta?: CallOptions['meta'];
}

/**
 * A client for code that was written for `ClientProxy`: `send` is a call, `emit` an event to one node of each group. An error is the error
 * that was thrown, with class, code, type and data; nobody there is an error at once, no answer in time another.
 *
 * @example
 * ClientsModule.registerAsync([
 *   {
 *     name: 'USERS',
 *     inject: [ServiceBroker],
 *     useFactory: (broker: ServiceBroker) => ({ customClass: MoleculerClient, options: { broker } }),
 *   },
 * ]);
 *
 * @publicApi
 */
export class MoleculerClient extends ClientProxy<MoleculerEvents, string> {
  private readonly broker: ServiceBroker;
  private readonly defaults: MoleculerRecordOptions;

  /** @throws BrokerOptionsError without a broker */
  constructor(options: MoleculerClientOptions) {
    super();
    const { broker, timeout, groups, meta } = (options ?? {}) as MoleculerClientOptions;
    if (typeof broker?.call !== 'function') throw new BrokerOptionsError(brokerMissing);
    this.broker = broker;
    this.defaults = { timeout, groups, meta };
  }

  /** `connected`, `reconnecting` after a loss, `disconnected` when the broker has stopped. */
  override get status(): Observable<MoleculerStatus> {
    return brokerStatus(this.broker);
  }

  /**
   * The broker, once it has joined its cluster. While the application is still being made there is nothing to wait for: it joins
   * when modules are initialised.
   *
   * @throws BrokerDisconnectedError the cluster cannot be reached; it is joined as soon as it can
   */
  override async connect(): Promise<ServiceBroker> {
    const { broker } = this;
    if (broker.state === 'idle') return broker;
    await broker.start();
    if (broker.state !== 'connected') throw new BrokerDisconnectedError();
    return broker;
  }

  /** Nothing: the broker is the application's, and leaves with it. */
  override close(): void {}

  /**
   * Hears what the broker tells of itself, to its end: `client.on('$node.disconnected', ({ node }) => …)`.
   *
   * @typeParam Callback takes the payload of the event
   */
  override on<
    Event extends keyof MoleculerEvents = keyof MoleculerEvents,
    Callback extends MoleculerEvents[Event] = MoleculerEvents[Event],
  >(event: Event, callback: Callback): void {
    listenTo(this.broker, event, callback);
  }

  /** The `ServiceBroker`. */
  override unwrap<T = ServiceBroker>(): T {
    return this.broker as T;
  }

  /* eslint-disable @typescript-eslint/no-explicit-any -- code written for ClientProxy must compile as before */

  /**
   * Calls the action of a pattern each time somebody subscribes; unsubscribing gives it up. Needs no connection where the action is
   * one of this node.
   */
  override send<TResult = any, TInput = any>(pattern: any, data: TInput): Observable<TResult> {
    // Nest's own refusal.
    if (pattern == null || data == null) return super.send<TResult, TInput>(pattern, data);
    return new Observable((observer) =>
      this.publish(this.packet(pattern, data), this.createObserver<TResult>(observer)),
    );
  }

  /* eslint-enable @typescript-eslint/no-explicit-any */

  protected override publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const giveUp = new AbortController();
    const { data, options } = this.message(packet);
    const { groups: _groups, signal, ...rest } = options;
    const signals = signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal;
    this.broker.call<unknown>(this.normalizePattern(packet.pattern), data, { ...rest, signal: signals }).then(
      // A handler without a result has answered, too.
      (response) => callback({ response: response ?? null, isDisposed: true }),
      (err: unknown) => callback({ err, isDisposed: true }),
    );
    return () => giveUp.abort();
  }

  protected override async dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    const { data, options } = this.message(packet);
    const emitted = this.broker.emit(this.normalizePattern(packet.pattern), data, {
      ...options,
      throwError: true,
    });
    try {
      // Sent by now; what is still to come is the end of handlers on this node, and of those elsewhere nobody would hear either.
      await Promise.race([emitted, SENT]);
    } catch (error) {
      // A handler that failed is on this node by chance: of one elsewhere nobody would hear either.
      if (isUnsent(error)) throw error;
    }
    return undefined as T;
  }

  /** Nest 12 lets tools add metadata to it. */
  private packet(pattern: unknown, data: unknown): ReadPacket {
    const maker = this as unknown as { createPacket?(pattern: unknown, data: unknown): ReadPacket };
    return maker.createPacket?.(pattern, data) ?? { pattern, data };
  }

  private message({ data, ...packet }: ReadPacket): { data: unknown; options: MoleculerRecordOptions } {
    const record = data instanceof MoleculerRecord ? data : null;
    const { metadata } = packet as { metadata?: object };
    const meta = { ...this.defaults.meta, ...metadata, ...record?.options.meta };
    return {
      data: record === null ? data : record.data,
      options: { ...this.defaults, ...record?.options, meta },
    };
  }
}

const SENT = Promise.resolve();

/** The event did not leave this node: no connection, or nothing that can be sent. */
const isUnsent = (error: unknown): boolean =>
  error instanceof BrokerDisconnectedError ||
  (error instanceof MoleculerError && error.type === 'INVALID_PACKET_DATA');
