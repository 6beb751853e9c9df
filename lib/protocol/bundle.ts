import type { EventPacket, ProtocolVersion, RequestPacket, ResponsePacket } from './packets.js';
import { boolean, duration, groups, level, map, text } from './read-packet.js';

/**
 * Packets of one turn of the event loop for one node, sent as one message between nodes of this library: an EVENT under a name that no
 * other broker listens to, its data a list of packets in short form. Topic, sender and version stand once for all of them, and what a
 * packet has by default is left out.
 *
 * A request is `[1, id, action, params, timeout, …]`, a result `[2, id, data, …]`, a result without data `[3, id, …]`, a failure
 * `[4, id, error, …]`, an event `[5, id, event, data, groups, broadcast, requestID, …]`.
 */
export const BUNDLE = '$bundle';

export const REQUEST = 1;
export const RESULT = 2;
export const NO_RESULT = 3;
export const FAILURE = 4;
export const EVENT = 5;

/**
 * More entries are in no bundle of ours, which ends at 32,768 characters. Of a longer one each entry could cause an answer a hundred
 * times its length, all in one turn.
 */
export const MAX_ENTRIES = 4096;

type Entry = readonly unknown[];

/** Its number, or null for what is no entry. */
export function kindOf(entry: unknown): unknown {
  return Array.isArray(entry) ? (entry as Entry)[0] : null;
}

/** null: it lacks what it cannot do without. */
export function unpackRequest(entry: Entry, ver: ProtocolVersion, sender: string): RequestPacket | null {
  if (typeof entry[1] !== 'string' || typeof entry[2] !== 'string') return null;
  const packet: RequestPacket = {
    id: entry[1],
    action: entry[2],
    params: entry[3],
    meta: null,
    headers: null,
    timeout: duration(entry[4]),
    level: 1,
    tracing: null,
    parentID: null,
    requestID: null,
    caller: null,
    stream: false,
    ver,
    sender,
  };
  if (entry.length > 5) unpackOrigin(packet, entry, 5);
  return packet;
}

export function unpackResponse(entry: Entry, ver: ProtocolVersion, sender: string): ResponsePacket | null {
  const [kind, id] = entry;
  if (typeof id !== 'string') return null;
  const rest = kind === NO_RESULT ? 2 : 3;
  const long = entry.length > rest;
  return {
    id,
    success: kind !== FAILURE,
    data: kind === RESULT ? entry[2] : undefined,
    error: kind === FAILURE ? ((entry[2] ?? null) as ResponsePacket['error']) : null,
    meta: long ? map(entry[rest]) : null,
    headers: long ? map(entry[rest + 1]) : null,
    stream: false,
    ver,
    sender,
  };
}

export function unpackEvent(entry: Entry, ver: ProtocolVersion, sender: string): EventPacket | null {
  // There is no bundle within a bundle, and nobody listens to the name.
  if (typeof entry[2] !== 'string' || entry[2] === BUNDLE) return null;
  const packet: EventPacket = {
    id: text(entry[1]),
    event: entry[2],
    data: entry[3],
    groups: groups(entry[4]),
    broadcast: entry[5] === 1,
    meta: null,
    headers: null,
    level: 1,
    tracing: null,
    parentID: null,
    requestID: null,
    caller: null,
    ver,
    sender,
  };
  unpackOrigin(packet, entry, 6);
  return packet;
}

/** What tells of the context that a packet came from. */
function unpackOrigin(packet: RequestPacket | EventPacket, entry: Entry, at: number): void {
  packet.requestID = text(entry[at]);
  if (entry.length <= at + 1) return;
  packet.meta = map(entry[at + 1]);
  packet.headers = map(entry[at + 2]);
  packet.level = level(entry[at + 3]);
  packet.parentID = text(entry[at + 4]);
  packet.caller = text(entry[at + 5]);
  packet.tracing = boolean(entry[at + 6]);
}
