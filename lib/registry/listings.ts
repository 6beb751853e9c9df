import type { ActionInfo, ClientInfo, Dictionary, EventInfo, ServiceInfo } from '../protocol/packets.js';

/** The answers of `$node.list`, `$node.services`, `$node.actions` and `$node.events`: fields, names and units are Moleculer's. */

/** An entry of `registry.nodes()`. */
export interface NodeListing {
  id: string;
  instanceID: string | null;
  available: boolean;
  /** Whether it is the node that answers. */
  local: boolean;
  /** Seconds since the answering node's registry began. */
  lastHeartbeatTime: number;
  config: Dictionary;
  client: Partial<ClientInfo>;
  metadata: Dictionary;
  ipList: string[];
  /** Known with the TCP transporter only: else null for the node that answers and absent for others, as in Moleculer. */
  port?: number | null;
  hostname: string | null;
  udpAddress: string | null;
  /** Percent, from the last heartbeat; null if unknown. */
  cpu: number | null;
  cpuSeq: number | null;
  seq: number;
  /** Seconds, as `lastHeartbeatTime`; null while available. */
  offlineSince: number | null;
  /** With `withServices`: as the node announced them. */
  services?: ServiceInfo[];
}

/** An entry of `registry.services()`. */
export interface ServiceListing {
  name: string;
  version?: string | number;
  fullName: string;
  /** Without secure ones. */
  settings: Dictionary;
  metadata: Dictionary;
  local: boolean;
  available: boolean;
  /** Unless `grouping`. */
  nodeID?: string;
  /** With `grouping`: all nodes that have the service. */
  nodes?: string[];
  actions?: Record<string, ActionInfo>;
  events?: Record<string, EventInfo>;
}

/** An entry of `registry.actions()`. */
export interface ActionListing {
  name: string;
  /** Number of endpoints. */
  count: number;
  hasLocal: boolean;
  available: boolean;
  /** As its first owner announced it; absent if nobody has it at present. */
  action?: ActionInfo;
  /** With `withEndpoints`. */
  endpoints?: EndpointListing[];
}

/** An entry of `registry.events()`: a pattern and a group. */
export interface EventListing {
  /** The pattern. */
  name: string;
  group: string;
  count: number;
  hasLocal: boolean;
  available: boolean;
  event?: EventInfo;
  endpoints?: EndpointListing[];
}

/** A node that serves an action or listens to an event. */
export interface EndpointListing {
  nodeID: string;
  /** False while a circuit breaker is open. */
  state: boolean;
  available: boolean;
}

/** What `registry.nodes()` shows. */
export interface NodeListOptions {
  withServices?: boolean;
  onlyAvailable?: boolean;
}

/** What `registry.services()` shows. */
export interface ServiceListOptions {
  onlyLocal?: boolean;
  /** Leave out services whose name begins with `$`. */
  skipInternal?: boolean;
  withActions?: boolean;
  withEvents?: boolean;
  onlyAvailable?: boolean;
  /** One entry a service, with all its nodes, instead of one a node. */
  grouping?: boolean;
}

/** What `registry.actions()` and `registry.events()` show. */
export interface EndpointListOptions {
  onlyLocal?: boolean;
  /** Leave out names that begin with `$`. */
  skipInternal?: boolean;
  withEndpoints?: boolean;
  onlyAvailable?: boolean;
}
