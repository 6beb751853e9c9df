import type { LoadBalanceStrategy } from '../strategies/load-balance.strategy.js';
import type { ClassOf } from './class-of.type.js';

/** Strategies by name. Built in this version: `RoundRobin` and `Random`; the others are refused at start. */
export type StrategyName = 'RoundRobin' | 'Random' | 'CpuUsage' | 'Latency' | 'Shard' | 'LeastPending';

/** Who serves a call if several nodes could: a name, your own strategy, or a class. */
export type StrategyOption =
  StrategyName | (string & {}) | LoadBalanceStrategy | ClassOf<LoadBalanceStrategy>;

/** Which node serves what, and who is chosen. */
export interface RegistryOptions {
  /** Who serves a call if several nodes could. @default 'RoundRobin' */
  strategy?: StrategyOption;
  /** Options of the strategy. @default {} */
  strategyOptions?: object;
  /** Whether an action of this node is called here and not elsewhere. @default true */
  preferLocal?: boolean;
  /** From withdrawing the services to refusing requests at a stop, so that others hear of it first; ms. @default 100 */
  stopDelay?: number;
  /**
   * Other nodes known at a time, offline ones included. When there are more, those that are offline or never sent a heartbeat make
   * room; else the newcomer is not taken in. Not in Moleculer. @default 5000
   */
  maxNodes?: number;
  /**
   * Memory for what other nodes announce, estimated, bytes; equal lists of services count once. One node may take an eighth of it; what
   * goes beyond is left out. Not in Moleculer. @default 268435456
   */
  maxAnnouncedSize?: number;
  /** Deepest nesting of what other nodes announce; what goes deeper is left out. Not in Moleculer. @default 64 */
  maxDepth?: number;
  /** How nodes find each other. Built in this version: `Local` (over the transporter). @default 'Local' */
  discoverer?: 'Local' | (string & {}) | DiscovererOptions | null;
}

/** The discoverer with its options; only `Local` is built. */
export interface DiscovererOptions {
  /** Its name. @default 'Local' */
  type?: 'Local' | (string & {});
  options?: LocalDiscovererOptions;
}

/** How the absence of a node is noticed. */
export interface LocalDiscovererOptions {
  /** **Seconds** between two heartbeats; 0 = none. @default the module's `heartbeatInterval` */
  heartbeatInterval?: number | null;
  /** A node silent for this many **seconds** is offline. @default the module's `heartbeatTimeout` */
  heartbeatTimeout?: number | null;
  /** `true`: silent nodes are kept. @default false */
  disableHeartbeatChecks?: boolean;
  /** `true`: offline nodes stay listed for ever. @default false */
  disableOfflineNodeRemoving?: boolean;
  /** A node offline for this many **seconds** is forgotten. @default 600 */
  cleanOfflineNodesTimeout?: number;
  /**
   * At every so-manieth heartbeat one node is asked anew what it offers, each in its turn: that makes good what announcements were
   * lost. 0 = never. Not in Moleculer. @default 3
   */
  refreshEvery?: number;
}
