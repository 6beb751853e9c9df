import type { Context } from '../context/context.js';
import type { Dialect } from '../protocol/dialect.js';
import type { Dictionary, ErrorPayload, PacketType } from '../protocol/packets.js';

/** Text goes to transporters that take it; it saves a copy. */
export type Bytes = Buffer | string;

/** A payload made ready once for several packets. */
export type Prepared = unknown;

/** What an answer carries besides its result. */
export interface ResponseHead {
  id: string;
  meta: Dictionary | null;
  /** null where the request never reached an action (trap 25). */
  headers: Dictionary | null;
}

/** Composes calls, answers and events. */
export interface MessageWriter {
  prepare(value: unknown): Prepared;
  request(dialect: Dialect, ctx: Context, action: string): Bytes;
  response(dialect: Dialect, head: ResponseHead, data: unknown): Bytes;
  failure(dialect: Dialect, head: ResponseHead, error: ErrorPayload): Bytes;
  event(
    dialect: Dialect,
    ctx: Context,
    id: string,
    data: Prepared,
    groups: readonly string[] | null,
    broadcast: boolean,
  ): Bytes;
}

/** Composes whole packets. One implementation for JSON text, one for every other serializer; both say the same. */
export interface PacketWriter extends MessageWriter {
  /** INFO, HEARTBEAT, PING and the like. */
  plain(dialect: Dialect, type: PacketType, payload: Dictionary): Bytes;
}
