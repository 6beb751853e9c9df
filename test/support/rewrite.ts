import { Context, NO_OPTIONS } from '../../lib/context/context.js';
import type { ContextHost } from '../../lib/context/context-host.js';
import { dialectOf } from '../../lib/protocol/dialect.js';
import { fromErrorPayload, toErrorPayload } from '../../lib/protocol/error-payload.js';
import type {
  Envelope,
  EventPacket,
  PacketType,
  RequestPacket,
  ResponsePacket,
} from '../../lib/protocol/packets.js';
import type { Bytes, PacketWriter } from '../../lib/transit/packet-writer.js';

const host = { nodeID: 'host', newID: () => 'new', now: () => 0 } as unknown as ContextHost;

function contextOf(packet: RequestPacket | EventPacket, params: unknown): Context {
  const ctx = new Context(host, null, params, NO_OPTIONS);
  ctx.ownID = packet.id;
  ctx.ownMeta = packet.meta;
  ctx.ownHeaders = packet.headers;
  ctx.ownRequestID = packet.requestID;
  ctx.parentID = packet.parentID;
  ctx.caller = packet.caller;
  ctx.level = packet.level;
  ctx.tracing = packet.tracing;
  if ('timeout' in packet) ctx.timeout = packet.timeout;
  if ('event' in packet) ctx.happened = { name: packet.event, type: 'emit', groups: null };
  return ctx;
}

/** A packet that was read, written by us as if it were our own, in the version it came in. */
export function writeAgain(writer: PacketWriter, type: PacketType, packet: Envelope): Bytes {
  const dialect = dialectOf(packet.ver);
  switch (type) {
    case 'REQ': {
      const request = packet as RequestPacket;
      return writer.request(dialect, contextOf(request, request.params), request.action);
    }
    case 'RES': {
      const { id, meta, headers, success, data, error, sender } = packet as ResponsePacket;
      const head = { id, meta, headers };
      if (success) return writer.response(dialect, head, data);
      return writer.failure(dialect, head, toErrorPayload(fromErrorPayload(error, sender), 'other', true));
    }
    case 'EVENT': {
      const event = packet as EventPacket;
      const data = writer.prepare(event.data);
      const ctx = contextOf(event, event.data);
      return writer.event(dialect, ctx, event.id!, data, event.groups, event.broadcast);
    }
    default: {
      const { ver: _ver, sender: _sender, ...facts } = packet;
      return writer.plain(dialect, type, facts);
    }
  }
}
