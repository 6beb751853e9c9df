import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileLib } from '../../support/compiled-lib.js';

/** A process of its own: to collect the garbage of one that runs tests takes seconds. */
const PROGRAM = `
  import { memoryHub } from './lib/transporters/memory/memory-hub.js';
  import { MemoryTransporter } from './lib/transporters/memory/memory.transporter.js';
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  const transporter = new MemoryTransporter({ hub: 'short-lived' });
  await transporter.connect();
  const hub = new WeakRef(memoryHub('short-lived'));
  await nextTurn();
  gc();
  console.log(hub.deref() === undefined ? 'gone too early' : 'held by its member');
  await transporter.disconnect();
  for (let tries = 0; tries < 100 && hub.deref() !== undefined; tries++) {
    await nextTurn();
    gc();
  }
  console.log(hub.deref() === undefined ? 'gone' : 'still there');
  transporter.send('t', 'the transporter is not what was collected');
`;

let lib: Awaited<ReturnType<typeof compileLib>>;
beforeAll(async () => {
  lib = await compileLib();
  await writeFile(join(lib.dir, 'program.js'), PROGRAM);
});
afterAll(() => lib.remove());

it('a hub is forgotten when its last member has left', async () => {
  const child = spawn(process.execPath, ['--expose-gc', 'program.js'], { cwd: lib.dir, timeout: 170_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, output).toBe(0);
  expect(output.trim().split('\n')).toEqual(['held by its member', 'gone']);
});
