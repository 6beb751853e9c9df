import type {
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleDestroy,
  OnModuleInit,
} from '@nestjs/common';
import { nodeService } from './broker/node.service.js';
import type { ServiceBroker } from './broker/service-broker.js';
import type { ExitWatch } from './moleculer.exit-watch.js';
import type { EventSource, MoleculerExplorer } from './explorer/moleculer.explorer.js';
import type { MoleculerNode } from './moleculer.node.js';

/**
 * The node's life in Nest's hooks, and the only place that hangs on them: order across several hooks of one module is not the same
 * in all versions of Nest.
 */
export class MoleculerLifecycle
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  constructor(
    private readonly node: MoleculerNode,
    private readonly broker: ServiceBroker,
    private readonly explorer: MoleculerExplorer,
    /** null: nobody else is there to miss us. */
    private readonly exitWatch: ExitWatch | null,
  ) {}

  /** Handlers registered; local calls work. */
  async onModuleInit(): Promise<void> {
    const { broker, explorer } = this;
    const streams: EventSource = { events: (pattern, options) => broker.events(pattern, options) };
    explorer.assignStreams(streams);
    const services = await explorer.explore();
    const internal = broker.options.internalServices ? [nodeService(nodeServiceHost(broker))] : [];
    broker.registerServices([...internal, ...services]);
    broker.readClassesWith({ read: (given, moduleRef) => explorer.exploreLate(given, moduleRef, streams) });
  }

  /** Connected, others discovered, services published. */
  async onApplicationBootstrap(): Promise<void> {
    await this.node.start();
    this.exitWatch?.start();
  }

  /** Services withdrawn, requests of others served out. Our own calls work on while Nest closes HTTP. */
  onModuleDestroy(): Promise<void> {
    this.exitWatch?.stop();
    return this.node.drain();
  }

  onApplicationShutdown(): Promise<void> {
    return this.node.close();
  }
}

const nodeServiceHost = (broker: ServiceBroker) => ({
  registry: broker.registry,
  options: () => broker.options,
  health: () => broker.getHealthStatus(),
});
