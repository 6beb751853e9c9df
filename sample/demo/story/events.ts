import type { ServiceBroker } from 'nestjs-moleculer';
import { counted, same, tally, until } from './answers.js';
import type { Scene } from './scene.js';

/** `emit`: one receiver in each group. `broadcast`: everybody who listens. */
export async function events({ cluster, checks }: Scene): Promise<void> {
  const { broker } = cluster;
  const listeners = cluster.nodeIDs.filter((nodeID) => nodeID !== 'shop');

  const totals: number[] = [];
  for (let i = 0; i < 6; i++) {
    const { total } = await broker.call('shop.sell', { item: 'lamp', count: 1 });
    totals.push(total);
  }
  checks.check('6 × shop.sell', same(totals, Array(6).fill(40)), `lamps for ${totals.join(', ')}`);

  // The warehouses are one group and share; every other listener is a group of its own and gets all.
  const shares = Object.fromEntries(listeners.map((id) => [id, id === 'north' || id === 'south' ? 3 : 6]));
  const sold = await until(
    () => heard(broker, listeners, 'shop.sold'),
    (counts) => same(counts, shares),
  );
  checks.check('each emitted shop.sold once', same(sold, shares), counted(sold));

  await broker.broadcast('shop.opened', { hour: 9 });
  const once = Object.fromEntries(listeners.map((id) => [id, 1]));
  const opened = await until(
    () => heard(broker, listeners, 'shop.opened'),
    (counts) => same(counts, once),
  );
  checks.check('1 × broadcast shop.opened', same(opened, once), counted(opened));
}

/** Asks the nodes how often they heard an event. */
async function heard(
  broker: ServiceBroker,
  nodeIDs: string[],
  event: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const nodeID of nodeIDs) {
    const entries = await broker.call('journal.entries', {}, { nodeID });
    counts[nodeID] = tally(entries)[event] ?? 0;
  }
  return counts;
}
