const help = (description: string, usage: string): string => `${description}\nInterface: ${usage}\n`;

/** What `.help` says of our functions in Nest's prompt, in the form of Nest's own. */
export const replHelp = {
  call: help(
    'Calls an action, wherever it is served.',
    'call(action: string, params?: any, opts?: CallOptions) => Promise<any>',
  ),
  emit: help(
    'Sends an event to one listener of each group.',
    'emit(event: string, payload?: any, opts?: EmitOptions) => Promise<void>',
  ),
  broadcast: help(
    'Sends an event to all listeners of all nodes.',
    'broadcast(event: string, payload?: any, opts?: EmitOptions) => Promise<void>',
  ),
  ping: help(
    'Asks a node, or all of them, for a sign of life.',
    'ping(nodeID?: string) => Promise<PongResponse | null | Record<string, PongResponse | null>>',
  ),
  nodes: help('Lists the nodes of the cluster.', 'nodes() => object[]'),
  services: help('Lists the services, with the nodes that have them.', 'services() => object[]'),
  actions: help('Lists the actions, with the nodes that serve them.', 'actions() => object[]'),
  events: help('Lists the events that are listened to, by group and node.', 'events() => object[]'),
};
