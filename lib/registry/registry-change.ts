import type { NodeListing } from './listings.js';

/** What `registry.changes()` tells. */
export interface RegistryChange {
  /** `services.changed`: services of `node` came, went or changed. */
  type: 'node.connected' | 'node.updated' | 'node.disconnected' | 'services.changed';
  node: NodeListing;
  /** Of `node.disconnected`: it fell silent or was cut off, instead of saying goodbye. */
  unexpected?: boolean;
  /** Of `node.connected`: it was known before. */
  reconnected?: boolean;
}

/** Whom the registry tells what follows from a change: the broker. */
export interface RegistrySink {
  /** No answers will come from that node: its pending calls are to be rejected. */
  nodeDisconnected(nodeID: string, unexpected: boolean): void;
  /** An internal event, to be delivered to our own listeners, with Moleculer's payload. */
  event(name: string, payload: object): void;
}
