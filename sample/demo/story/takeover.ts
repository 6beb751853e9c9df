import { filter, firstValueFrom, timeout } from 'rxjs';
import { counted, same, sum, tally, until } from './answers.js';
import { Customers } from './customers.js';
import { inShort } from './errors.js';
import type { Scene } from './scene.js';

/** A node goes and another comes, while calls go on. */
export async function takeover({ cluster, checks }: Scene): Promise<void> {
  const { broker } = cluster;
  const customers = new Customers(broker, 4);
  try {
    const served = await answersOf(customers, ({ north = 0, south = 0 }) => Math.min(north, south) >= 10);
    if (!served.north) throw customers.failures[0] ?? new Error('north does not answer');

    const goodbye$ = broker.registry.changes().pipe(
      filter(({ type, node }) => type === 'node.disconnected' && node.id === 'north'),
      timeout(10_000),
    );
    const [{ unexpected }] = await Promise.all([firstValueFrom(goodbye$), cluster.leave('north')]);
    checks.check(
      'north leaves',
      unexpected === false,
      'took its services back, finished its work, said goodbye',
    );

    const alone = await answersOf(customers, ({ south = 0 }) => south >= 20);
    checks.check('south takes over', same(Object.keys(alone), ['south']), counted(alone));

    await cluster.join('warehouse', 'east');
    const both = await answersOf(customers, ({ east = 0 }) => east >= 10);
    checks.check('east comes and shares the work', (both.east ?? 0) >= 10, counted(both));
  } finally {
    await customers.goHome();
  }
  const { answers, failures } = customers;
  const [first] = failures;
  const total = sum(tally(answers)) + failures.length;
  checks.check(
    'no call failed meanwhile',
    failures.length === 0 && total > 0,
    `${failures.length} of ${total} calls${first === undefined ? '' : `, the first with ${inShort(first)}`}`,
  );
}

/** Who answers from now on. */
function answersOf(customers: Customers, enough: (counts: Record<string, number>) => boolean) {
  const from = customers.answers.length;
  return until(() => tally(customers.answers.slice(from)), enough);
}
