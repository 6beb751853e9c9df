import type { FactoryProvider } from '@nestjs/common';
import { ServiceBroker } from './broker/service-broker.js';
import type { PongResponse } from './broker/broker-control.js';
import type { CallOptions, EmitOptions } from './context/call-options.js';
import { replHelp } from './messages/repl-functions.messages.js';

/**
 * What Nest's own `repl()` offers beside `get` and `debug`. Nest puts every token that is a class or function into the scope of the prompt
 * under its name, so functions that are tokens can be called there; nothing else may ask for them. Only the default broker has some.
 * To be called for each application: the functions know its broker.
 *
 * Nest's `help()` lists its own functions alone, and lets nobody add to them; but each of ours has its `.help`, as those have.
 */
export function replProviders(): FactoryProvider[] {
  let broker!: ServiceBroker;
  const functions = {
    /** `await call('users.get', { id: 1 })` */
    call: (action: string, params?: unknown, opts?: CallOptions): Promise<unknown> =>
      broker.call<unknown>(action, params, opts),
    /** `await emit('user.created', { id: 1 })` */
    emit: (event: string, payload?: unknown, opts?: EmitOptions): Promise<void> =>
      broker.emit(event, payload, opts),
    /** `await broadcast('cache.cleared')` */
    broadcast: (event: string, payload?: unknown, opts?: EmitOptions): Promise<void> =>
      broker.broadcast(event, payload, opts),
    /** `await ping('node-2')`; without an ID all nodes */
    ping: (nodeID?: string): Promise<PongResponse | null | Record<string, PongResponse | null>> =>
      nodeID === undefined ? broker.ping() : broker.ping(nodeID),
    nodes: (): object[] =>
      broker.registry
        .nodes({ withServices: true })
        .map(({ id, local, available, hostname, cpu, client, services }) => ({
          ...{ id, local, available, services: services?.length ?? 0, hostname, cpu },
          client: client.type === undefined ? null : `${client.type} ${client.version}`,
        })),
    services: (): object[] =>
      broker.registry
        .services({ skipInternal: true, grouping: true })
        .map(({ fullName, nodes }) => ({ name: fullName, nodes })),
    actions: (): object[] =>
      broker.registry
        .actions({ skipInternal: true, withEndpoints: true })
        .map(({ name, endpoints }) => ({ name, nodes: endpoints?.map(({ nodeID }) => nodeID) ?? [] })),
    events: (): object[] =>
      broker.registry
        .events({ skipInternal: true, withEndpoints: true })
        .map(({ name, group, endpoints }) => ({
          ...{ name, group },
          nodes: endpoints?.map(({ nodeID }) => nodeID) ?? [],
        })),
  };
  for (const [name, own] of Object.entries(functions)) addHelp(own, replHelp[name as keyof typeof functions]);
  return Object.values(functions).map((own) => ({
    provide: own,
    inject: [ServiceBroker],
    useFactory: (given: ServiceBroker) => {
      broker = given;
      return own;
    },
  }));
}

/** As Nest's own functions have it: `call.help` prints, and is nothing. */
function addHelp(own: Function, text: string): void {
  Object.defineProperty(own, 'help', { enumerable: false, get: () => void process.stdout.write(text) });
}
