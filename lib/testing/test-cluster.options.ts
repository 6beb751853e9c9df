import type { DynamicModule, INestApplicationContext, LoggerService, LogLevel, Type } from '@nestjs/common';
import type { PacketType } from '../protocol/packets.js';
import type { Duration } from './duration.js';

/** What a node is made of: a module of the application, as `NestFactory` takes it. With `nodeID` several can be made of one module. */
export type TestNodeModule = Type<unknown> | (DynamicModule & { nodeID?: string });

/** Names a node: by the module it is made of where there is but one, by its node ID, or by its place in the list, from 0. */
export type TestNodeRef = Type<unknown> | string | number;

/** For `createTestCluster`. */
export interface TestClusterOptions {
  /** One application each. They start together. */
  nodes: readonly TestNodeModule[];
  /** A whole number; decides every delay, loss, ID and jitter. @default 1 */
  seed?: number;
  /**
   * Makes an application of a module, in which yours is imported; for what else must be replaced in it:
   * `(module) => Test.createTestingModule({ imports: [module] }).overrideProvider(Db).useValue(db).compile()`.
   * @default NestFactory.createApplicationContext: no HTTP server
   */
  create?: (module: DynamicModule) => Promise<INestApplicationContext>;
  /** Nest's logger while nodes are made with the default `create`; it is one for the whole process. @default ['error', 'fatal'] */
  logger?: LoggerService | LogLevel[] | false;
  /** `true`: packets of one turn go as one message, as over Redis. `false`: each alone, for a trace that can be read. @default false */
  bundling?: boolean;
}

/** The packets that a fault befalls; what is left out fits all. What a node sends to itself goes over no network. */
export interface PacketFilter {
  /** The node that sends them. */
  from?: TestNodeRef;
  /** The node that they are for. */
  to?: TestNodeRef;
  /** Their type or types, as in Moleculer's protocol: `'REQ'`, `'RES'`, `'EVENT'`, `'INFO'`, `'HEARTBEAT'` … */
  type?: PacketType | readonly PacketType[];
  /** From 0 to 1, for each packet anew. @default 1 */
  chance?: number;
  /** The fault ends after so many packets. @default Infinity */
  times?: number;
}

/** For `duplicate`. */
export interface DuplicateFilter extends PacketFilter {
  /** Further copies of each packet. @default 1 */
  copies?: number;
  /** They arrive up to so much later. @default 0: right behind it */
  within?: Duration;
}

/** For `reorder`. */
export interface ReorderFilter extends PacketFilter {
  /** Each packet is held back up to so long, while others pass it. @default '100ms' */
  within?: Duration;
}

/** A fault that was asked for. */
export interface Fault {
  /** Packets behave again. */
  stop(): void;
}
