/** The packets of protocol 4 and 5, as they are read: nothing that came from the network may be trusted further than this. */

export type ProtocolVersion = '4' | '5';

export type PacketType =
  'EVENT' | 'REQ' | 'RES' | 'DISCOVER' | 'INFO' | 'DISCONNECT' | 'HEARTBEAT' | 'PING' | 'PONG';

export interface Envelope {
  ver: ProtocolVersion;
  sender: string;
}

/** Free-form map: `meta`, `headers`, `settings` … */
export type Dictionary = Record<string, unknown>;

export interface RequestPacket extends Envelope {
  id: string;
  action: string;
  params: unknown;
  meta: Dictionary | null;
  headers: Dictionary | null;
  /** ms, float possible; 0 = none; null = the receiver's own default. */
  timeout: number | null;
  level: number;
  tracing: boolean | null;
  parentID: string | null;
  requestID: string | null;
  caller: string | null;
  stream: boolean;
  /** Place in a stream; ordinary requests have none. */
  seq?: number;
}

export interface ResponsePacket extends Envelope {
  id: string;
  success: boolean;
  data: unknown;
  error: ErrorPayload | null;
  meta: Dictionary | null;
  headers: Dictionary | null;
  stream: boolean;
  /** Place in a stream; ordinary answers have none. */
  seq?: number;
}

export interface EventPacket extends Envelope {
  id: string | null;
  event: string;
  data: unknown;
  /** null = all groups. */
  groups: string[] | null;
  broadcast: boolean;
  meta: Dictionary | null;
  headers: Dictionary | null;
  level: number;
  tracing: boolean | null;
  parentID: string | null;
  requestID: string | null;
  caller: string | null;
}

export interface HeartbeatPacket extends Envelope {
  cpu: number | null;
}

export interface PingPacket extends Envelope {
  time: number;
  id: string | null;
}

export interface PongPacket extends PingPacket {
  arrived: number;
}

export interface InfoPacket extends Envelope {
  services: ServiceInfo[];
  ipList: string[];
  hostname: string | null;
  client: ClientInfo;
  config: Dictionary;
  instanceID: string | null;
  metadata: Dictionary;
  seq: number;
}

/** What a node is made with. */
export interface ClientInfo {
  type: string;
  version: string | null;
  langVersion: string | null;
}

/** One entry of INFO `services` (protocol section 4). */
export interface ServiceInfo {
  name: string;
  version?: string | number;
  fullName: string;
  settings: Dictionary;
  metadata: Dictionary;
  actions: Record<string, ActionInfo>;
  events: Record<string, EventInfo>;
}

/** An action as announced: `name` is the full one; other keys as the owner wrote them. */
export interface ActionInfo {
  readonly name: string;
  readonly rawName?: string;
  readonly [key: string]: unknown;
}

/** An event subscription as announced: `name` is the pattern; without `group` it is the service's unversioned name. */
export interface EventInfo {
  readonly name: string;
  readonly group?: string;
  readonly [key: string]: unknown;
}

/** `error` of a failed RES (protocol section 7). */
export interface ErrorPayload {
  name: string;
  message: string;
  nodeID?: string;
  code?: number | string;
  type?: string;
  retryable?: boolean;
  stack?: string;
  data?: unknown;
}
