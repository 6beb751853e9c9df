import type { NodeListing, ServiceBroker } from 'nestjs-moleculer';
import { same, until } from './answers.js';
import type { Scene } from './scene.js';

/** Nobody was told who else is there. */
export async function discovery({ cluster, checks }: Scene): Promise<void> {
  const { broker, nodeIDs } = cluster;
  await broker.waitForServices(['stock', 'ledger', 'mail'], 10_000);
  for (const nodeID of nodeIDs) {
    const seen = await until(
      () => seenBy(broker, nodeID),
      (ids) => same(ids, nodeIDs),
    );
    checks.check(`${nodeID} sees`, same(seen, nodeIDs), seen.filter((id) => id !== nodeID).join(', '));
  }
  const owners = ownersOf(broker, 'stock');
  checks.check('stock is served by', same(owners, ['north', 'south']), owners.join(', '));
}

/** Asks a node, not ourselves, whom it sees. */
async function seenBy(broker: ServiceBroker, nodeID: string): Promise<string[]> {
  const nodes = await broker.call<NodeListing[]>('$node.list', { onlyAvailable: true }, { nodeID });
  return nodes.map(({ id }) => id).sort();
}

function ownersOf(broker: ServiceBroker, service: string): string[] {
  const services = broker.registry.services({ grouping: true, onlyAvailable: true });
  return [...(services.find(({ fullName }) => fullName === service)?.nodes ?? [])].sort();
}
