import { counted, same, tally } from './answers.js';
import type { Scene } from './scene.js';

const LAMP = { item: 'lamp', count: 1 };

/** The caller names an action; which node does the work is decided call by call. */
export async function balancedCalls({ cluster, checks }: Scene): Promise<void> {
  const { broker } = cluster;
  const calls = Array.from({ length: 12 }, () => ({ action: 'stock.reserve' as const, params: LAMP }));
  const answers = await broker.mcall(calls);
  const counts = tally(answers.map(({ warehouse }) => warehouse));
  checks.check('12 × stock.reserve', same(counts, { north: 6, south: 6 }), counted(counts));

  const { warehouse } = await broker.call('stock.reserve', LAMP, { nodeID: 'south' });
  checks.check('one for the node south', warehouse === 'south', `answered by ${warehouse}`);
}
