import { Logger } from '@nestjs/common';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import type { ContextHost } from '../../../lib/context/context-host.js';
import type { InfoPacket, ServiceInfo } from '../../../lib/protocol/packets.js';
import { Registry, type RegistryDeps } from '../../../lib/registry/registry.js';
import type { RegistryLimits } from '../../../lib/registry/registry-limits.js';
import type { LocalService } from '../../../lib/registry/service-definition.js';
import { createStrategy } from '../../../lib/strategies/create-strategy.js';
import { RoundRobinStrategy } from '../../../lib/strategies/round-robin.strategy.js';

export { service } from '../foreign.fixture.js';

Logger.overrideLogger(false);

/** Limits that are in nobody's way. */
export const WIDE: RegistryLimits = {
  maxNodes: 100_000,
  maxAnnouncedSize: 2 ** 40,
  maxDepth: 64,
  maxNameLength: 1024,
};

/** A registry of the node `me` with a clock that is moved by hand, and a record of what it told. */
export function makeRegistry(deps: Partial<RegistryDeps> = {}) {
  const clock = { now: 1_000_000 };
  const told: [string, unknown][] = [];
  const lost: [string, boolean][] = [];
  const registry = new Registry({
    nodeID: 'me',
    instanceID: 'instance-me',
    preferLocal: true,
    strategy: new RoundRobinStrategy(),
    createStrategy: (choice, options) => createStrategy(choice, options, () => 0),
    limits: WIDE,
    now: () => clock.now,
    localNode: {
      ipList: ['10.0.0.1'],
      hostname: 'host-me',
      client: { type: 'nodejs', version: '1.0.0', langVersion: 'v20.0.0' },
      config: {},
      metadata: { zone: 'here' },
    },
    ...deps,
  });
  registry.setRemoteHandler((action) => () => `remote ${action.name}`);
  registry.listen({
    event: (name, payload) => told.push([name, payload]),
    nodeDisconnected: (nodeID, unexpected) => lost.push([nodeID, unexpected]),
  });
  return { registry, clock, told, lost };
}

/** INFO of a node. `services` is taken as it is, also if it is garbage. */
export function info(sender: string, services: unknown, more: Partial<InfoPacket> = {}): InfoPacket {
  return {
    ver: '5',
    sender,
    services: services as ServiceInfo[],
    ipList: ['10.0.0.2'],
    hostname: `host-${sender}`,
    client: { type: 'nodejs', version: '0.15.2', langVersion: 'v22.0.0' },
    config: {},
    instanceID: `instance-${sender}`,
    metadata: {},
    seq: 1,
    ...more,
  };
}

/** The same service as one of ours. Handlers answer with the name of what they handle. */
export function ours(info: ServiceInfo, announced = true): LocalService {
  return {
    info,
    announced,
    actions: Object.values(info.actions).map((action) => ({
      info: action,
      visibility: (action['visibility'] as 'private' | undefined) ?? 'published',
      handler: () => `local ${action.name}`,
    })),
    events: Object.values(info.events).map((event) => ({
      info: event,
      group: event.group ?? info.name,
      handler: () => `local ${event.name}`,
    })),
  };
}

export const ctx = new Context(
  { nodeID: 'me', newID: () => 'id', now: () => 0 } as unknown as ContextHost,
  null,
  {},
  NO_OPTIONS,
);

/** The nodes that serve the next calls of an action. */
export function served(registry: Registry, action: string, times: number): (string | null)[] {
  return Array.from({ length: times }, () => registry.action(action)?.next(ctx)?.nodeID ?? null);
}
