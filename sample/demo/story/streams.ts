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
    timeout(5000),
  );
  const sums = firstValueFrom(reserved$);
  await interestIsKnown(broker, ['north', 'south'], 'stock.reserved');
  for (const count of [1, 2, 3, 4]) await broker.call('stock.reserve', { item: 'lamp', count });
  const seen = await sums;
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

/** A subscription is announced within 100 ms: waits until these nodes know that the shop listens. */
export async function interestIsKnown(
  broker: ServiceBroker,
  nodeIDs: string[],
  event: string,
): Promise<void> {
  for (const nodeID of nodeIDs) {
    const known = await until(
      () => broker.call<EventListing[]>('$node.events', { withEndpoints: true }, { nodeID }),
      (listings) =>
        listings.some(
          ({ name, endpoints }) => name === event && endpoints?.some((e) => e.nodeID === broker.nodeID),
        ),
    );
    if (known.length === 0) throw new Error(`${nodeID} knows of no listener for ${event}`);
  }
}
