import type { MachineHealth } from '../time/sources.js';

/** The answer of a node to a ping. */
export interface PongResponse {
  readonly nodeID: string;
  /** ms there and back */
  readonly elapsedTime: number;
  /** ms by which the node's clock differs from ours, estimated */
  readonly timeDiff: number;
}

/** How a node fares, in the shape of Moleculer's `$node.health`. */
export interface HealthStatus extends MachineHealth {
  client: { type: string; version: string; langVersion: string };
  net: { ip: string[] };
}

/** Where a broker stands: not started, (not) connected to its cluster, or on its way out. */
export type BrokerState = 'idle' | 'connected' | 'disconnected' | 'leaving';

/** Who owns the life of the broker and its place in the cluster. */
export interface BrokerControl {
  readonly state: BrokerState;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What INFO tells has changed. */
  servicesChanged(): void;
  ping(nodeID: string, timeout: number): Promise<PongResponse | null>;
}
