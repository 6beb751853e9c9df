/**
 * Floods a node with hostile packets, in memory and over Redis: `npm run test:fuzz`, or `npm run test:fuzz -- <packets> <seed>`. The seed is
 * printed; given again with the same number, the same packets come.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [packets = '100000', seed] = process.argv.slice(2);
const env = { ...process.env, HOSTILE_PACKETS: packets };
if (seed !== undefined) env.HOSTILE_SEED = seed;

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const args = [vitest, 'run', '--project', 'system', 'test/integration/hostile'];
spawn(process.execPath, args, { stdio: 'inherit', env }).on('exit', (code) => process.exit(code ?? 1));
