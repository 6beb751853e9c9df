import type {
  Dictionary,
  Envelope,
  ErrorPayload,
  EventPacket,
  HeartbeatPacket,
  InfoPacket,
  PingPacket,
  PongPacket,
  ProtocolVersion,
  RequestPacket,
  ResponsePacket,
  ServiceInfo,
} from './packets.js';
import { parseJson } from './parse-json.js';

/**
 * From decoded bytes to typed packets. Both versions leave out or null what is not set, and tiny-moleculer-py sends `meta` as
 * JSON text and `error` as a string: all that is accepted. A packet without what it cannot do without gives null.
 */

type Raw = Record<string, unknown>;

export function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function boolean(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** A map, or a map as JSON text. */
export function map(value: unknown): Dictionary | null {
  if (typeof value === 'object') return isDictionary(value) ? harmless(value) : null;
  if (typeof value !== 'string') return null;
  try {
    const parsed = parseJson(value);
    return isDictionary(parsed) ? harmless(parsed) : null;
  } catch {
    return null;
  }
}

/** Parsed JSON can have `__proto__` as a key of its own; whoever copies the map would change a prototype with it. */
function harmless(map: Dictionary): Dictionary {
  if (Object.hasOwn(map, '__proto__')) delete map['__proto__'];
  return map;
}

/** A negative one says nothing. */
export function duration(value: unknown): number | null {
  const ms = number(value);
  return ms === null || ms < 0 ? null : ms;
}

export function level(value: unknown): number {
  return typeof value === 'number' && value >= 1 && Number.isFinite(value) ? value : 1;
}

export function readRequest(raw: Raw, ver: ProtocolVersion, sender: string): RequestPacket | null {
  if (typeof raw['id'] !== 'string' || typeof raw['action'] !== 'string') return null;
  const packet: RequestPacket = {
    id: raw['id'],
    action: raw['action'],
    params: raw['params'],
    meta: map(raw['meta']),
    headers: map(raw['headers']),
    timeout: duration(raw['timeout']),
    level: level(raw['level']),
    tracing: boolean(raw['tracing']),
    parentID: text(raw['parentID']),
    requestID: text(raw['requestID']),
    caller: text(raw['caller']),
    // Anything but `true` is an ordinary request: 0.14 sends null or the falsy params here (trap 14).
    stream: raw['stream'] === true,
    ver,
    sender,
  };
  // The last packet of a stream says `stream: false` like any other: its `seq` alone tells it apart.
  const seq = number(raw['seq']);
  if (seq !== null) packet.seq = seq;
  return packet;
}

export function readResponse(raw: Raw, ver: ProtocolVersion, sender: string): ResponsePacket | null {
  if (typeof raw['id'] !== 'string') return null;
  const packet: ResponsePacket = {
    id: raw['id'],
    success: raw['success'] === true,
    data: raw['data'],
    error: (raw['error'] ?? null) as ErrorPayload | null,
    meta: map(raw['meta']),
    headers: map(raw['headers']),
    stream: raw['stream'] === true,
    ver,
    sender,
  };
  const seq = number(raw['seq']);
  if (seq !== null) packet.seq = seq;
  return packet;
}

export function readEvent(raw: Raw, ver: ProtocolVersion, sender: string): EventPacket | null {
  if (typeof raw['event'] !== 'string') return null;
  return {
    id: text(raw['id']),
    event: raw['event'],
    data: raw['data'],
    groups: groups(raw['groups']),
    broadcast: raw['broadcast'] === true,
    meta: map(raw['meta']),
    headers: map(raw['headers']),
    level: level(raw['level']),
    tracing: boolean(raw['tracing']),
    parentID: text(raw['parentID']),
    requestID: text(raw['requestID']),
    caller: text(raw['caller']),
    ver,
    sender,
  };
}

/** Absent, null and empty all mean every group; tiny-moleculer-py sends the empty list (features of the wire, section 8). */
export function groups(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const names = value.filter((name): name is string => typeof name === 'string');
  return names.length > 0 ? names : null;
}

export function readHeartbeat(raw: Raw, ver: ProtocolVersion, sender: string): HeartbeatPacket {
  return { cpu: number(raw['cpu']), ver, sender };
}

export function readPing(raw: Raw, ver: ProtocolVersion, sender: string): PingPacket {
  return { time: number(raw['time']) ?? 0, id: text(raw['id']), ver, sender };
}

export function readPong(raw: Raw, ver: ProtocolVersion, sender: string): PongPacket {
  return {
    time: number(raw['time']) ?? 0,
    id: text(raw['id']),
    arrived: number(raw['arrived']) ?? 0,
    ver,
    sender,
  };
}

export function readEnvelope(_raw: Raw, ver: ProtocolVersion, sender: string): Envelope {
  return { ver, sender };
}

/** The entries of `services` are checked by the registry, which knows what it can use of them. */
export function readInfo(raw: Raw, ver: ProtocolVersion, sender: string): InfoPacket {
  const client = map(raw['client']);
  return {
    services: (Array.isArray(raw['services']) ? raw['services'] : []) as ServiceInfo[],
    ipList: Array.isArray(raw['ipList'])
      ? raw['ipList'].filter((ip): ip is string => typeof ip === 'string')
      : [],
    hostname: text(raw['hostname']),
    client: {
      type: text(client?.['type']) ?? 'unknown',
      version: text(client?.['version']),
      langVersion: text(client?.['langVersion']),
    },
    config: map(raw['config']) ?? {},
    instanceID: text(raw['instanceID']),
    metadata: map(raw['metadata']) ?? {},
    seq: number(raw['seq']) ?? 1,
    ver,
    sender,
  };
}
