import type { Role } from './roles.js';

/** What a node needs to know to find the others. */
export interface NodeSettings {
  nodeID: string;
  /** Apart from every other run, also on one Redis. */
  namespace: string;
  transporter: string;
}

/** A running node of the cluster. */
export interface Node {
  /** Leaves in good order. */
  leave(): Promise<void>;
}

export type StartNode = (role: Role, settings: NodeSettings) => Promise<Node>;
