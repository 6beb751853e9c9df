/** What is said about nodes, services and the choice among them. */

export const strategyMessages = {
  unknown: (name: string, allowed: readonly string[]) =>
    `Unknown load balancing strategy ${quote(name)}. Allowed: ${list(allowed)}, a class that extends LoadBalanceStrategy, or an instance of one.`,
  notBuilt: (name: string, allowed: readonly string[]) =>
    `The load balancing strategy '${name}' is not built yet. Use ${list(allowed)} or your own class that extends LoadBalanceStrategy.`,
  notAStrategy: (value: unknown, allowed: readonly string[]) =>
    `${describe(value)} is not a load balancing strategy: it has no method select(). Allowed: ${list(allowed)}, a class that extends LoadBalanceStrategy, or an instance of one.`,
  ignored: (subject: string, reason: string) =>
    `The load balancing strategy that ${quote(subject)} asks for is not used, the default one is. ${reason}`,
  /** The text is Moleculer's. */
  invalidEndpoint: () => 'Strategy returned an invalid endpoint.',
};

export const nodeMessages = {
  lost: (nodeID: string) => `Node '${nodeID}' disconnected unexpectedly.`,
  silent: (nodeID: string, ms: number) =>
    `Node '${nodeID}' has sent no heartbeat for ${ms} ms and is taken for lost. Calls to it fail, others take over.`,
  restarted: (nodeID: string) =>
    `Node '${nodeID}' was restarted; calls that its predecessor had open are rejected.`,
  forgotten: (nodeID: string) =>
    `Node '${nodeID}' has been offline for long and is removed from the registry.`,
};

export const changeMessages = {
  subscriberThrew: () =>
    'A subscriber of registry.changes() threw; the others are served. Handle the error in the subscriber.',
};

/** Names come from other nodes too: no line breaks, no novels. */
function quote(name: string): string {
  return `'${JSON.stringify(name.slice(0, 80)).slice(1, -1)}'`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `Class '${value.name || '(anonymous)'}'`;
  return `A value of type ${value === null ? 'null' : typeof value}`;
}
