import { type DynamicModule, Module } from '@nestjs/common';
import { afterEach } from 'vitest';
import {
  MoleculerModule,
  type MoleculerModuleOptions,
  type NodeListing,
  type Registry,
  ServiceBroker,
  type ServiceSchema,
  Transit,
} from '../../lib/index.js';
import type { Dictionary, PacketType } from '../../lib/protocol/packets.js';
import {
  createTestCluster,
  type TestCluster,
  type TestClusterOptions,
  type TestNodeModule,
} from '../../lib/testing/index.js';
import type { recordLogs } from './logs.fixture.js';

/** Beats every two seconds, give or take a tenth; who is silent for six is missed. */
export const BEATS = { heartbeatInterval: 2, heartbeatTimeout: 6 };

@Module({})
class LifeModule {}

type Options = MoleculerModuleOptions | (() => MoleculerModuleOptions);

/** A node with these services; options and services may be others in each of its lives. */
export function node(
  nodeID: string | undefined,
  options: Options = {},
  ...services: (ServiceSchema | (() => ServiceSchema))[]
): TestNodeModule {
  const given =
    typeof options === 'function'
      ? MoleculerModule.forRootAsync({ useFactory: options })
      : MoleculerModule.forRoot(options);
  const module: DynamicModule = {
    module: LifeModule,
    imports: [given],
    providers: [
      {
        provide: 'services',
        inject: [ServiceBroker],
        useFactory: (broker: ServiceBroker) => ({
          onModuleInit: () =>
            Promise.all(
              services.map((schema) =>
                broker.createService(typeof schema === 'function' ? schema() : schema),
              ),
            ),
        }),
      },
    ],
  };
  return nodeID === undefined ? module : { ...module, nodeID };
}

/** A service whose actions tell the node that they ran on. */
export const serves = (name: string, actions: readonly string[] = [], more: object = {}): ServiceSchema => ({
  name,
  actions: Object.fromEntries(
    actions.map((action) => [action, (ctx: { broker: ServiceBroker }) => ctx.broker.nodeID]),
  ),
  ...more,
});

/** A service with an action that never answers. */
export const hangs = (name: string): ServiceSchema => ({
  name,
  actions: { get: (ctx) => ctx.broker.nodeID, hang: () => new Promise(() => undefined) },
});

/** A packet on the simulated network. */
export interface Carried {
  /** ms since the beginning of the cluster */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly type: PacketType;
  /** At whom it was aimed; undefined: at all. */
  readonly target: string | undefined;
  readonly lost: boolean;
  readonly packet: Dictionary;
}

/** Payload of `$node.*`. */
export interface NodeEvent {
  node: NodeListing;
  reconnected?: boolean;
  unexpected?: boolean;
}

const LINE = /^(\S+) (\S+) -([>x]) (\S+) MOL\.([A-Z]+)(?:\.(\S+))? (\{.*)$/;

/** A cluster of our own nodes, with the words that tests of their life need. */
export class Life {
  private mark = 0;

  constructor(readonly cluster: TestCluster) {}

  broker(nodeID: string | number): ServiceBroker {
    return this.cluster.get(nodeID, ServiceBroker);
  }

  registry(nodeID: string | number): Registry {
    return this.broker(nodeID).registry;
  }

  /** Whether `by` takes `nodeID` for available. */
  sees(by: string, nodeID: string): boolean {
    return this.registry(by).node(nodeID)?.available === true;
  }

  /** The others that a node takes for available. */
  seenBy(nodeID: string): string[] {
    return this.registry(nodeID)
      .nodes({ onlyAvailable: true })
      .flatMap(({ id, local }) => (local ? [] : [id]))
      .sort();
  }

  /** A service more, at once; the others are told when its node likes. */
  create(nodeID: string, schema: ServiceSchema): Promise<unknown> {
    return this.cluster.run(this.broker(nodeID).createService(schema));
  }

  /** A node stops in good order. */
  leave(nodeID: string): Promise<void> {
    return this.cluster.run(this.cluster.app(nodeID).close());
  }

  /** A node asks who another is, as it does of strangers; without `whom`, all. */
  ask(nodeID: string, whom?: string): Promise<void> {
    const transit = this.cluster.get(nodeID, Transit);
    if (whom === undefined) transit.broadcastPlain('DISCOVER', {});
    else transit.sendPlain('DISCOVER', whom, {});
    return this.cluster.advance(0);
  }

  /** All that was carried since the last `forget`. */
  get carried(): Carried[] {
    return this.cluster.trace
      .slice(this.mark)
      .split('\n')
      .flatMap((line) => {
        const found = LINE.exec(line);
        if (found === null) return [];
        const [, at, from, arrow, to, type, target, packet] = found;
        return [
          {
            ...{ at: Number(at), from: from!, to: to!, type: type as PacketType, target },
            ...{ lost: arrow === 'x', packet: JSON.parse(packet!) as Dictionary },
          },
        ];
      });
  }

  /** The packets of a type that arrived at a node, in the order in which they came. */
  got(nodeID: string, type: PacketType, from?: string): Dictionary[] {
    return this.heard(nodeID, type, from).map(({ packet }) => packet);
  }

  heard(nodeID: string, type: PacketType, from?: string): Carried[] {
    return this.carried.filter(
      (one) => !one.lost && one.to === nodeID && one.type === type && (from ?? one.from) === one.from,
    );
  }

  forget(): void {
    this.mark = this.cluster.trace.length;
  }

  /** ms of the cluster's time from the start of a node until it has joined. */
  async timeToJoin(nodeID: string): Promise<number> {
    const { cluster } = this;
    let began = 0;
    let joined = 0;
    const stop = cluster.eachBroker((broker) => {
      if (broker.state === 'connected') return;
      began = cluster.elapsed;
      void broker.ready.then(() => (joined = cluster.elapsed));
    });
    await cluster.restart(nodeID);
    stop();
    return joined - began;
  }

  /** The nodes that answer the next calls of an action; of a call that fails, the name of its error. */
  async answers(action: string, times = 1, by = 'me'): Promise<string[]> {
    const nodes: string[] = [];
    for (let i = 0; i < times; i++) {
      nodes.push(
        await this.broker(by)
          .call<string>(action)
          .catch(({ name }: Error) => name),
      );
    }
    return nodes;
  }

  /** What a node tells its own services of the others from now on. */
  toldAt(nodeID: string): [name: string, payload: NodeEvent][] {
    const told: [string, NodeEvent][] = [];
    for (const pattern of ['$services.changed', '$node.*']) {
      this.broker(nodeID)
        .events<NodeEvent>(pattern)
        .subscribe(({ event, payload }) => told.push([event, structuredClone(payload)]));
    }
    return told;
  }

  /** What a node notices of the others from now on, in words. */
  changesOf(nodeID: string): string[] {
    const changes: string[] = [];
    this.registry(nodeID)
      .changes()
      .subscribe(({ type, node: { id }, unexpected, reconnected }) =>
        changes.push(
          [type, id, unexpected && 'unexpected', reconnected && 'again'].filter(Boolean).join(' '),
        ),
      );
    return changes;
  }
}

/**
 * Starts clusters that are closed after the test.
 *
 * @param logs of the file, if it records any: Nest has one logger, and the applications set it
 */
export function lives(logs?: ReturnType<typeof recordLogs>) {
  const open: TestCluster[] = [];
  afterEach(async () => {
    for (const cluster of open.splice(0)) await cluster.close();
  });
  return async (
    nodes: readonly TestNodeModule[],
    options: Partial<TestClusterOptions> = {},
  ): Promise<Life> => {
    const cluster = await createTestCluster({ nodes, logger: logs?.logger ?? false, ...options });
    open.push(cluster);
    return new Life(cluster);
  };
}
