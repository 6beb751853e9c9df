import { expect, it } from 'vitest';
import { runSeeds } from '../../../lib/testing/index.js';
import { Scenario } from '../../support/simulation/scenario.js';

/** `npm run test:simulation` runs more of them. */
const [first = 1, last = 50] = (process.env['SIMULATION_SEEDS'] ?? '').split('-').filter(Boolean).map(Number);
/** Found a real bug once, which is mended: announcements that stayed lost. They run whatever else is asked for. */
const FOUND = [7, 20, 44];
const asked = Array.from({ length: last - first + 1 }, (_, i) => first + i);
const seeds = [...new Set([...FOUND, ...asked])];

const alone = process.env['MOLECULER_SEED'];

it(
  `what is promised holds through ${alone ? `seed ${alone}` : `${seeds.length} random troubles`}`,
  { timeout: 600_000 },
  () =>
    runSeeds(seeds, async (seed) => {
      expect(await new Scenario(seed).run()).toEqual([]);
    }),
);
