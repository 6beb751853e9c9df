import type { Context } from '../context/context.js';
import type { Dialect } from '../protocol/dialect.js';
import type { Dictionary, ErrorPayload, PacketType } from '../protocol/packets.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Bytes, PacketWriter, Prepared, ResponseHead } from './packet-writer.js';

/** Hands whole packets to the serializer. */
export class ObjectWriter implements PacketWriter {
  constructor(
    private readonly nodeID: string,
    private readonly serializer: Serializer,
  ) {}

  prepare(value: unknown): Prepared {
    return value === undefined ? null : value;
  }

  request(dialect: Dialect, ctx: Context, action: string): Bytes {
    const packet: Dictionary = { id: ctx.id, action, params: ctx.params, meta: ctx.ownMeta ?? {} };
    dialect.addHeaders(packet, ctx.ownHeaders);
    packet['timeout'] = ctx.timeout ?? 0;
    this.origin(packet, ctx);
    packet['stream'] = false;
    return this.seal(dialect, 'REQ', packet);
  }

  response(dialect: Dialect, head: ResponseHead, data: unknown): Bytes {
    const packet = this.answer(dialect, head);
    packet['success'] = true;
    packet['data'] = data;
    return this.seal(dialect, 'RES', packet);
  }

  failure(dialect: Dialect, head: ResponseHead, error: ErrorPayload): Bytes {
    const packet = this.answer(dialect, head);
    packet['success'] = false;
    packet['data'] = null;
    packet['error'] = error;
    return this.seal(dialect, 'RES', packet);
  }

  event(
    dialect: Dialect,
    ctx: Context,
    id: string,
    data: Prepared,
    groups: readonly string[] | null,
    broadcast: boolean,
  ): Bytes {
    const packet: Dictionary = { id, event: ctx.eventName, data };
    if (groups !== null) packet['groups'] = groups;
    packet['broadcast'] = broadcast;
    packet['meta'] = ctx.ownMeta ?? {};
    dialect.addHeaders(packet, ctx.ownHeaders);
    this.origin(packet, ctx);
    packet['needAck'] = null;
    return this.seal(dialect, 'EVENT', packet);
  }

  plain(dialect: Dialect, type: PacketType, payload: Dictionary): Bytes {
    return this.seal(dialect, type, { ...payload });
  }

  private answer(dialect: Dialect, head: ResponseHead): Dictionary {
    const packet: Dictionary = { id: head.id, meta: head.meta ?? {} };
    dialect.addHeaders(packet, head.headers);
    return packet;
  }

  private origin(packet: Dictionary, ctx: Context): void {
    packet['level'] = ctx.level;
    packet['tracing'] = ctx.tracing;
    packet['parentID'] = ctx.parentID;
    packet['requestID'] = ctx.requestID;
    packet['caller'] = ctx.caller;
  }

  private seal(dialect: Dialect, type: PacketType, packet: Dictionary): Bytes {
    packet['ver'] = dialect.ver;
    packet['sender'] = this.nodeID;
    return this.serializer.serialize(packet, type);
  }
}
