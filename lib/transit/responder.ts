import type { Logger } from '@nestjs/common';
import { Context, NO_OPTIONS } from '../context/context.js';
import type { ContextEndpoint, ContextHost } from '../context/context-host.js';
import { MoleculerError } from '../errors/moleculer.error.js';
import * as messages from '../messages/transit.messages.js';
import { dialectOf } from '../protocol/dialect.js';
import type { Dictionary, ErrorPayload, RequestPacket } from '../protocol/packets.js';
import type { ResponseHead } from './packet-writer.js';
import { unserializable } from './requester.js';
import type { Transit } from './transit.js';

/** Who serves the requests of other nodes. */
export interface RequestServer<E extends ContextEndpoint> {
  /** The endpoint that serves this request, or why it is refused. */
  accept(packet: RequestPacket): E | Error;
  /** Runs the handler. May throw, return a value or a promise. */
  run(ctx: Context, endpoint: E): unknown;
  /** Fails with an error that was not logged yet. */
  extractError(error: unknown, action: string): ErrorPayload;
}

/** Serves requests of other nodes: builds the context, runs, answers in the version that was asked in. */
export class Responder<E extends ContextEndpoint> {
  constructor(
    private readonly transit: Transit,
    private readonly contextHost: ContextHost,
    private readonly server: RequestServer<E>,
    private readonly logger: Logger,
  ) {
    const repeats = transit.createMemory();
    transit.handlers.REQ =
      repeats === null
        ? (packet) => this.serve(packet)
        : // A stream is many packets of one ID.
          (packet) => {
            if (packet.seq !== undefined || repeats.first(packet.sender, packet.id)) this.serve(packet);
          };
  }

  private serve(packet: RequestPacket): void {
    if (packet.stream || packet.seq !== undefined) {
      this.refuseStream(packet);
      return;
    }
    const endpoint = this.server.accept(packet);
    if (endpoint instanceof Error) {
      this.fail(packet, null, endpoint);
      return;
    }
    const ctx = this.contextOf(packet, endpoint);
    let result: unknown;
    try {
      result = this.server.run(ctx, endpoint);
    } catch (error) {
      this.fail(packet, ctx, error);
      return;
    }
    if (result instanceof Promise) {
      result.then(
        (data) => this.answer(packet, ctx, data),
        (error: unknown) => this.fail(packet, ctx, error),
      );
    } else this.answer(packet, ctx, result);
  }

  /** One answer is enough: what follows the head of a refused stream is nobody's. */
  private refuseStream(packet: RequestPacket): void {
    if (packet.seq !== undefined && packet.seq > 0) return;
    const what = `'${packet.action}' was called with a stream`;
    this.fail(packet, null, new MoleculerError(messages.streamsNotBuilt(what), 501));
  }

  private contextOf(packet: RequestPacket, endpoint: E): Context {
    // A request may leave out its params; a handler finds what a call without params gives it.
    const ctx = new Context(
      this.contextHost,
      endpoint,
      packet.params === undefined ? {} : packet.params,
      NO_OPTIONS,
    );
    ctx.ownID = packet.id;
    ctx.ownMeta = packet.meta;
    ctx.ownHeaders = packet.headers;
    ctx.ownRequestID = packet.requestID;
    ctx.parentID = packet.parentID;
    ctx.caller = packet.caller;
    ctx.level = packet.level;
    ctx.tracing = packet.tracing;
    // Whatever the request says about time overrules the action's own setting, 0 included (trap 22).
    ctx.timeout = packet.timeout;
    ctx.nodeID = packet.sender;
    return ctx;
  }

  private answer(packet: RequestPacket, ctx: Context, data: unknown): void {
    if (isStream(data)) {
      this.fail(
        packet,
        ctx,
        new MoleculerError(messages.streamsNotBuilt(`'${packet.action}' returned a stream`), 501),
      );
      return;
    }
    try {
      const outbox = this.transit.outbox(packet.sender);
      const text = outbox.writer.response(dialectOf(packet.ver), headOf(packet, ctx), data);
      outbox.send('RES', packet.sender, this.transit.sized(text, outbox));
    } catch (error) {
      this.fail(packet, ctx, unserializable(`the result or meta of '${packet.action}'`, error));
    }
  }

  /**
   * An error must be answered whatever it and the meta hold, else the caller waits for its timeout; and nothing may be thrown here,
   * where nobody would catch it.
   */
  private fail(packet: RequestPacket, ctx: Context | null, error: unknown): void {
    const payload = this.server.extractError(error, packet.action);
    const head = headOf(packet, ctx);
    const bareHead = { id: packet.id, meta: null, headers: null };
    // What came from elsewhere goes first: a meta can be nested just too deep to be written, or be too long.
    if (this.trySend(packet, head, payload) || this.trySend(packet, bareHead, payload)) return;
    const stripped = bare(payload);
    const sent = this.trySend(packet, head, stripped) || this.trySend(packet, bareHead, stripped);
    this.logger.error((sent ? messages.errorStripped : messages.unanswered)(packet.action));
  }

  /** Whether it could be written; that nobody may hear it is no matter here. */
  private trySend(packet: RequestPacket, head: ResponseHead, error: ErrorPayload): boolean {
    try {
      const outbox = this.transit.outbox(packet.sender);
      const bytes = outbox.writer.failure(dialectOf(packet.ver), head, error);
      outbox.send('RES', packet.sender, this.transit.sized(bytes, outbox));
      return true;
    } catch {
      return false;
    }
  }
}

function headOf(packet: RequestPacket, ctx: Context | null): ResponseHead {
  if (ctx === null) return { id: packet.id, meta: packet.meta, headers: null };
  return { id: packet.id, meta: ctx.ownMeta, headers: ctx.ownResponseHeaders as Dictionary | null };
}

function bare({ name, message, code, type, retryable, nodeID }: ErrorPayload): ErrorPayload {
  return { name, message: String(message).slice(0, 1000), code, type, retryable, nodeID, data: {} };
}

function isStream(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as { pipe?: unknown }).pipe === 'function';
  } catch {
    // A proxy that knows its own fields alone, say. Whether it can be written will be seen.
    return false;
  }
}
