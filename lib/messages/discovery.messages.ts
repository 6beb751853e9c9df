import { quoted } from './log.messages.js';

export const DISCOVERY_CONTEXT = 'MoleculerDiscovery';

export const nodeConnected = (nodeID: string, services: number) =>
  `Node ${quoted(nodeID)} connected (${services} service${services === 1 ? '' : 's'})`;

export const nodeReconnected = (nodeID: string) => `Node ${quoted(nodeID)} is back`;

export const nodeLeft = (nodeID: string) => `Node ${quoted(nodeID)} left`;

export const conflict = (nodeID: string) =>
  `Another node of this cluster runs under the node ID '${nodeID}': this node stays out. Give each node its own nodeID, or none`;

export const foreignInfo = (nodeID: string, theirs: string | null) =>
  `Another process announces services under our node ID '${nodeID}' (instance ${theirs === null ? 'unknown' : quoted(theirs)}): calls may go to either. Give each node its own nodeID`;

export const DEAF =
  "It stands, but nothing comes in any more, not even this node's own heartbeat, so it is made anew.";
