import { seedFailed } from '../messages/cluster.messages.js';

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
 * @publicApi
 */
export async function runSeeds(
  seeds: number | readonly number[],
  test: (seed: number) => Promise<unknown>,
): Promise<void> {
  const only = process.env[ONLY];
  const all = typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
  for (const seed of only === undefined || only === '' ? all : [Number(only)]) {
    try {
      await test(seed);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(seedFailed(seed, message, ONLY), { cause: error });
    }
  }
}
