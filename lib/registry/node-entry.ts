import type { ClientInfo, Dictionary, InfoPacket } from '../protocol/packets.js';
import type { Shape } from './shape.js';

/** What a node tells of itself, apart from its services. */
export interface LocalNodeFacts {
  ipList: string[];
  hostname: string;
  client: ClientInfo;
  config: Dictionary;
  metadata: Dictionary;
}

/** One node of the cluster, ourselves included, as far as we know it. Small: there may be thousands. */
export class NodeEntry {
  instanceID: string | null = null;
  available = true;
  ipList: readonly string[] = [];
  hostname: string | null = null;
  client: ClientInfo | null = null;
  config: Dictionary = {};
  metadata: Dictionary = {};
  /** Percent, from the last heartbeat. */
  cpu: number | null = null;
  seq = 0;
  /** Scheduler time (ms) of the last heartbeat, or of joining. INFO does not count (protocol, trap 4). */
  heardAt: number;
  /** Scheduler time (ms); null while available. */
  offlineSince: number | null = null;
  /** Grows with every arrival: what was made for an earlier life of the node must not serve the next one. */
  life = 0;
  /** Position in endpoint lists: nodes stand in the order in which they arrived. */
  order = 0;
  /** It sent a heartbeat: it is more than an INFO that somebody made up. */
  beats = false;
  /** Memory it takes, its shape apart, estimated, bytes. */
  weight = { facts: 0, listeners: 0 };
  /** The services it announced, shared with all nodes that announced the same; null for ourselves. */
  shape: Shape | null = null;

  constructor(
    readonly id: string,
    readonly local: boolean,
    now: number,
  ) {
    this.heardAt = now;
  }

  /** Takes over everything but services, `seq` and `instanceID`, which follow rules of their own. */
  describe(facts: Pick<InfoPacket, 'hostname' | 'client' | 'config' | 'metadata' | 'ipList'>): void {
    this.ipList = facts.ipList;
    this.hostname = facts.hostname;
    this.client = facts.client;
    this.config = facts.config;
    this.metadata = facts.metadata;
  }
}

/** For sorting endpoints. */
export function byArrival(a: NodeEntry, b: NodeEntry): number {
  return a.order - b.order;
}
