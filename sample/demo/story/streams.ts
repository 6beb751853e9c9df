import type { EventListing, ServiceBroker } from 'nestjs-moleculer';
import { firstValueFrom, map, scan, take, timeout, toArray } from 'rxjs';
import { same, until } from './answers.js';
import type { Scene } from './scene.js';

/** Events of other nodes as RxJS streams. */
export async function streams({ cluster, checks }: Scene): Promise<void> {
  const { broker } = cluster;

  const reserved$ = broker.events('stock.reserved').pipe(
    map(({ payload }) => payload.count),
    scan((sum, count) => sum + count, 0),
    take(4),
    toArray(),
    timeout(10_000),
  );
  const reserve = async () => {
    await interestIsKnown(broker, ['north', 'south'], 'stock.reserved');
    for (const count of [1, 2, 3, 4]) await broker.call('stock.reserve', { item: 'lamp', count });
  };
  const [seen] = await Promise.all([firstValueFrom(reserved$), reserve()]);
  checks.check(
    "broker.events('stock.reserved')",
    same(seen, [1, 3, 6, 10]),
    `running sum ${seen.join(', ')}`,
  );

  const { sales, total } = await until(
    () => broker.call('ledger.turnover'),
    (turnover) => turnover.sales >= 6,
  );
  checks.check(
    "@EventStream('shop.sold') on office",
    sales === 6 && total === 240,
    `${sales} sales, ${total} in all`,
  );
}

/**
 * A subscription is announced within 100 ms: waits until these nodes know that the shop listens.
 * @throws Error if one of them does not learn it
 */
export async function interestIsKnown(
  broker: ServiceBroker,
  nodeIDs: string[],
  event: string,
): Promise<void> {
  for (const nodeID of nodeIDs) {
    const known = await until(async () => {
      const listings = await broker.call<EventListing[]>('$node.events', { withEndpoints: true }, { nodeID });
      const endpoints = listings.filter(({ name }) => name === event).flatMap((listing) => listing.endpoints);
      return endpoints.some((endpoint) => endpoint?.nodeID === broker.nodeID);
    }, Boolean);
    if (!known) throw new Error(`${nodeID} does not know that ${broker.nodeID} listens to ${event}`);
  }
}
