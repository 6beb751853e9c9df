import { NestFactory } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import type { ServiceBroker } from '../broker/service-broker.js';
import { noNodes, wrongSeed } from '../messages/cluster.messages.js';
import { seededRandom } from '../time/seeded-random.js';
import { ClusterClock } from './cluster-clock.js';
import { ClusterNodes } from './cluster-nodes.js';
import { SimulatedNetwork } from './network/simulated-network.js';
import { TestCluster } from './test-cluster.js';
import type { TestClusterOptions } from './test-cluster.options.js';

/**
 * Starts several applications in this process on a network and a clock that are simulated: no server, no waiting, and the same
 * each time. Their brokers are on this network whatever transporter their options name.
 *
 * @example
 * const cluster = await createTestCluster({ nodes: [ShopModule, StockModule] });
 * await cluster.get(ShopModule, ServiceBroker).call('stock.take', { item: 'lamp' });
 * cluster.partition(ShopModule, StockModule);
 * await cluster.advance('40s');
 * await cluster.close();
 *
 * @throws RangeError for a seed that is no whole number, or without nodes; else what the start of an application throws
 * @publicApi
 */
export async function createTestCluster(options: TestClusterOptions): Promise<TestCluster> {
  const { nodes: modules, seed = 1, create = contexts(options), bundling = false } = options;
  if (!Number.isSafeInteger(seed)) throw new RangeError(wrongSeed(String(seed)));
  if (modules.length === 0) throw new RangeError(noNodes);
  const clock: ClusterClock = new ClusterClock(() => network.links.rest(), seed);
  const network = new SimulatedNetwork(clock.scheduler, seededRandom(seed, 'network'));
  const visitors = new Set<(broker: ServiceBroker) => void>();
  const made = (broker: ServiceBroker): void => visitors.forEach((visit) => visit(broker));
  const world = { seed, clock: clock.scheduler, network, bundles: bundling, create, made };
  const nodes = new ClusterNodes(modules, world, clock);
  const cluster = new TestCluster(seed, clock, network, nodes, visitors);
  try {
    await nodes.start(nodes.slots);
  } catch (error) {
    // The others must not live on because of one that cannot start.
    await cluster.close().catch(() => undefined);
    throw error;
  }
  return cluster;
}

function contexts({ logger = ['error', 'fatal'] }: TestClusterOptions) {
  return (module: DynamicModule): Promise<INestApplicationContext> =>
    NestFactory.createApplicationContext(module, { logger, abortOnError: false });
}
