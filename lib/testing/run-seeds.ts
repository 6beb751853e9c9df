import { messageOf } from '../errors/thrown.js';
import { noSeeds, seedFailed, wrongSeed } from '../messages/cluster.messages.js';

/** Names the one seed to run. */
const ONLY = 'MOLECULER_SEED';

/**
 * Runs a test once for each seed and stops at the first that fails: the error names the seed, and with `MOLECULER_SEED=17` in the
 * environment that one alone is run.
 *
 * @example
 * await runSeeds(50, async (seed) => {
 *   const cluster = await createTestCluster({ nodes: [AppModule], seed });
 * });
 *
 * @param seeds how many, from 1; or which
 * @throws Error with the seed in its message and what the test threw as `cause`
 * @throws RangeError without a seed, or for one that is no whole number: nothing would be tested
 * @publicApi
 */
export async function runSeeds(
  seeds: number | readonly number[],
  test: (seed: number) => Promise<unknown>,
): Promise<void> {
  for (const seed of chosen(seeds)) {
    try {
      await test(seed);
    } catch (error) {
      throw new Error(seedFailed(seed, messageOf(error), ONLY), { cause: error });
    }
  }
}

function chosen(seeds: number | readonly number[]): readonly number[] {
  const only = process.env[ONLY];
  if (only !== undefined && only !== '')
    return checked([/^\s*[+-]?\d+\s*$/.test(only) ? Number(only) : NaN], only);
  const all = typeof seeds === 'number' ? Array.from({ length: counted(seeds) }, (_, i) => i + 1) : seeds;
  if (all.length === 0) throw new RangeError(noSeeds);
  return checked(all);
}

const counted = (seeds: number): number => (Number.isSafeInteger(seeds) && seeds > 0 ? seeds : 0);

function checked(seeds: readonly number[], given?: string): readonly number[] {
  const wrong = seeds.find((seed) => !Number.isSafeInteger(seed));
  if (wrong !== undefined) throw new RangeError(wrongSeed(given ?? String(wrong)));
  return seeds;
}
