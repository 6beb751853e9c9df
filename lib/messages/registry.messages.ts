import { quoted } from './log.messages.js';

/** What is said about nodes, services and the choice among them. */

export const strategyMessages = {
  unknown: (name: string, allowed: readonly string[]) =>
    `Unknown load balancing strategy ${quoted(name)}. Allowed: ${list(allowed)}, a class that extends LoadBalanceStrategy, or an instance of one.`,
  notBuilt: (name: string, allowed: readonly string[]) =>
    `The load balancing strategy '${name}' is not built yet. Use ${list(allowed)} or your own class that extends LoadBalanceStrategy.`,
  notAStrategy: (value: unknown, allowed: readonly string[]) =>
    `${describe(value)} is not a load balancing strategy: it has no method select(). Allowed: ${list(allowed)}, a class that extends LoadBalanceStrategy, or an instance of one.`,
  ignored: (subject: string, reason: string) =>
    `The load balancing strategy that ${quoted(subject)} asks for is not used, the default one is. ${reason}`,
  /** The text is Moleculer's. */
  invalidEndpoint: () => 'Strategy returned an invalid endpoint.',
};

export const nodeMessages = {
  lost: (nodeID: string) => `Node ${quoted(nodeID)} disconnected unexpectedly.`,
  silent: (nodeID: string, ms: number) =>
    `Node ${quoted(nodeID)} has sent no heartbeat for ${ms} ms and is taken for lost. Calls to it fail, others take over.`,
  restarted: (nodeID: string) =>
    `Node ${quoted(nodeID)} was restarted; calls that its predecessor had open are rejected.`,
  forgotten: (nodeID: string) =>
    `Node ${quoted(nodeID)} has been offline for long and is removed from the registry.`,
  evicted: (nodeID: string) =>
    `Node ${quoted(nodeID)} is removed from the registry to make room: registry.maxNodes or registry.maxAnnouncedSize is reached, and it is offline or never sent a heartbeat.`,
};

export const limitMessages = {
  nodes: (nodeID: string, limit: number) =>
    `Node ${quoted(nodeID)} is not taken in, nor are others from now on: registry.maxNodes (${limit}) are known, and all of them have sent heartbeats`,
  size: (nodeID: string, limit: number) =>
    `The services of node ${quoted(nodeID)} are left out: what the nodes announce would exceed registry.maxAnnouncedSize (${limit} bytes; one node may take an eighth of it)`,
  facts: (nodeID: string, maxDepth: number, maxSize: number) =>
    `What node ${quoted(nodeID)} tells of itself is left out: it is nested deeper than registry.maxDepth (${maxDepth}), or exceeds registry.maxAnnouncedSize (${maxSize} bytes; one node may take an eighth of it)`,
  entries: (nodeID: string, count: number, maxDepth: number, maxNameLength: number) =>
    `Of the services, actions and events of node ${quoted(nodeID)} ${count} ${count === 1 ? 'is' : 'are'} left out: nested deeper than registry.maxDepth (${maxDepth}), or with a name longer than transit.maxNameLength (${maxNameLength} characters)`,
};

export const changeMessages = {
  subscriberThrew: () =>
    'A subscriber of registry.changes() threw; the others are served. Handle the error in the subscriber.',
};

function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `Class '${value.name || '(anonymous)'}'`;
  return `A value of type ${value === null ? 'null' : typeof value}`;
}
