import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MoleculerModule, ServiceBroker } from '../../lib/index.js';
import { createTestCluster } from '../../lib/testing/index.js';
import { compileLib } from '../support/compiled-lib.js';
import { replay } from '../support/replay.mjs';

const PROGRAM = `
  import 'reflect-metadata';
  import { MoleculerModule, ServiceBroker } from './lib/index.js';
  import { createTestCluster } from './lib/testing/index.js';
  import { replay } from './replay.mjs';
  process.stdout.write(await replay({ createTestCluster, MoleculerModule, ServiceBroker }, Number(process.argv[2])));
`;

let lib: Awaited<ReturnType<typeof compileLib>>;
beforeAll(async () => {
  lib = await compileLib();
  await cp('test/support/replay.mjs', join(lib.dir, 'replay.mjs'));
  await writeFile(join(lib.dir, 'program.js'), PROGRAM);
});
afterAll(() => lib.remove());

async function inAnotherProcess(seed: number, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['program.js', String(seed)], {
    cwd: lib.dir,
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 27,
  });
  return stdout;
}

it('a seed gives the same trace in every process, byte for byte', async () => {
  const [first, second, other] = await Promise.all([
    inAnotherProcess(5),
    inAnotherProcess(5, { TZ: 'Asia/Tokyo', NODE_ENV: '' }),
    inAnotherProcess(6),
  ]);
  expect(first.length).toBeGreaterThan(50_000);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
  expect(await replay({ createTestCluster, MoleculerModule, ServiceBroker }, 5)).toBe(first);
});
