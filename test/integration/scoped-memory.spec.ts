import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileLib } from '../support/compiled-lib.js';

let lib: Awaited<ReturnType<typeof compileLib>>;
beforeAll(async () => {
  lib = await compileLib();
  await copyFile('test/support/scoped-load.mjs', join(lib.dir, 'load.mjs'));
});
afterAll(() => lib.remove());

it('100,000 calls of request-scoped and durable classes leave nothing behind', async () => {
  const child = spawn(process.execPath, ['load.mjs'], { cwd: lib.dir, timeout: 170_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, output).toBe(0);
  const result = JSON.parse(output) as Record<string, number>;
  expect(result).toMatchObject({ calls: 100_000, wrong: 0 });
  // One instance kept of each would be about 50,000 kB.
  expect(result['grownBy'], output).toBeLessThan(2000);
  // Ten tenants have one each; of the calls none.
  expect(result['alive'], output).toBeLessThan(60);
});
