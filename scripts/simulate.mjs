/**
 * Random troubles of simulated clusters, 1,000 unless told otherwise: `npm run test:simulation -- <seeds> <first seed>`. They are shared
 * out among the processors. The seed of a failure is printed; `MOLECULER_SEED=<seed>` repeats it alone.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const [count, first] = [process.argv[2] ?? 1000, process.argv[3] ?? 1].map(Number);
if (!(count >= 1 && Number.isInteger(count) && Number.isInteger(first))) {
  throw new Error('Usage: npm run test:simulation -- [seeds] [first seed]');
}

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const args = [vitest, 'run', '--project', 'unit', 'test/unit/simulation/seeds.spec.ts'];

const alone = process.env.MOLECULER_SEED;
const shares = alone ? 1 : Math.min(availableParallelism(), 8, count);
const started = performance.now();
const codes = await Promise.all(
  Array.from({ length: shares }, (_, share) => {
    const from = first + Math.floor((count * share) / shares);
    const to = first + Math.floor((count * (share + 1)) / shares) - 1;
    const env = { ...process.env, SIMULATION_SEEDS: `${from}-${to}` };
    const child = spawn(process.execPath, args, { stdio: 'inherit', env });
    return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  }),
);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
const failed = codes.some((code) => code !== 0);
console.log(
  alone ? `Seed ${alone}` : `Seeds ${first} to ${first + count - 1}`,
  failed ? 'FAILED' : 'passed',
  `in ${seconds} s`,
);
process.exitCode = failed ? 1 : 0;
