import { Context, NO_OPTIONS } from '../context/context.js';
import type { EmitOptions } from '../context/call-options.js';
import type { EventOrigin } from '../context/context-details.js';
import type { ContextEndpoint, ContextHost } from '../context/context-host.js';
import type { EventPacket } from '../protocol/packets.js';

export type EventKind = EventOrigin['type'];

/** The context an event is sent with; each receiver gets a copy with its own endpoint. */
export function outgoingEvent(
  host: ContextHost,
  parent: Context | null,
  happened: EventOrigin,
  payload: unknown,
  opts: EmitOptions | undefined,
): Context {
  // On the wire no payload is null (protocol section 8), so it is here.
  const ctx = new Context(host, null, payload === undefined ? null : payload, NO_OPTIONS);
  ctx.happened = happened;
  const from = parent ?? (opts?.parentCtx as Context | undefined) ?? null;
  if (from !== null) {
    ctx.level = from.level + 1;
    ctx.parentID = from.id;
    ctx.ownRequestID = from.requestID;
    ctx.tracing = from.tracing;
    ctx.caller = from.service?.fullName ?? null;
    if (from.ownMeta !== null) ctx.ownMeta = { ...from.ownMeta };
  }
  if (opts == null) return ctx;
  if (opts.meta) ctx.ownMeta = { ...ctx.ownMeta, ...opts.meta };
  if (opts.headers) ctx.ownHeaders = { ...opts.headers };
  if (opts.requestID) ctx.ownRequestID = opts.requestID;
  if (opts.caller) ctx.caller = opts.caller;
  return ctx;
}

/** What a local listener gets of an event that was sent here. */
export function localEvent(host: ContextHost, sent: Context, endpoint: ContextEndpoint): Context {
  const ctx = new Context(host, endpoint, sent.params, NO_OPTIONS);
  ctx.happened = sent.happened;
  ctx.level = sent.level;
  ctx.parentID = sent.parentID;
  ctx.ownRequestID = sent.ownRequestID ?? sent;
  ctx.tracing = sent.tracing;
  ctx.caller = sent.caller;
  ctx.nodeID = sent.nodeID;
  if (sent.ownMeta !== null) ctx.ownMeta = { ...sent.ownMeta };
  if (sent.ownHeaders !== null) ctx.ownHeaders = { ...sent.ownHeaders };
  return ctx;
}

/** An event of another node, as the common part of what its listeners get. */
export function incomingEvent(host: ContextHost, packet: EventPacket): Context {
  const ctx = new Context(host, null, packet.data, NO_OPTIONS);
  ctx.ownID = packet.id;
  const { event: name, broadcast, groups } = packet;
  ctx.happened = { name, type: broadcast ? 'broadcast' : 'emit', groups };
  ctx.level = packet.level;
  ctx.parentID = packet.parentID;
  ctx.ownRequestID = packet.requestID;
  ctx.tracing = packet.tracing;
  ctx.caller = packet.caller;
  ctx.ownMeta = packet.meta;
  ctx.ownHeaders = packet.headers;
  ctx.nodeID = packet.sender;
  return ctx;
}
