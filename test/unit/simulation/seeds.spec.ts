import { expect, it } from 'vitest';
import { runSeeds } from '../../../lib/testing/index.js';
import { broken } from '../../support/simulation/invariants.js';
import { Scenario } from '../../support/simulation/scenario.js';

const [first = 1, last = 50] = (process.env['SIMULATION_SEEDS'] ?? '').split('-').filter(Boolean).map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, i) => first + i);

it(`${seeds.length} seeds of trouble break none of the promises`, { timeout: 600_000 }, () =>
  runSeeds(seeds, async (seed) => {
    const scenario = new Scenario(seed);
    await scenario.start();
    try {
      await scenario.play();
      await scenario.recover();
      expect(broken(scenario)).toEqual([]);
    } finally {
      await scenario.cluster.close();
    }
    expect(scenario.attempts.filter(({ settled }) => !settled)).toEqual([]);
  }));
