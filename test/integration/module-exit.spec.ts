import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileLib } from '../support/compiled-lib.js';

/** An app without a transporter, which nobody closes; all that has timers was in use. */
const PROGRAM = `
  import 'reflect-metadata';
  import { Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { MoleculerModule, ServiceBroker } from './lib/index.js';
  class AppModule {}
  Module({ imports: [MoleculerModule.forRoot({ transporter: null })] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  const broker = app.get(ServiceBroker);
  await broker.ready;
  broker.events('e').subscribe((message) => console.log('heard', message.payload));
  const soon = () => new Promise((resolve) => setTimeout(resolve, 20, 'answered'));
  await broker.createService({ name: 's', actions: { soon, never: () => new Promise(() => {}) } });
  console.log(await broker.call('s.soon', {}, { timeout: 60_000 }));
  await broker.call('s.never', {}, { timeout: 50 }).catch((error) => console.log(error.name));
  await broker.emit('e', 1);
`;

let lib: Awaited<ReturnType<typeof compileLib>>;
beforeAll(async () => {
  lib = await compileLib();
  await writeFile(join(lib.dir, 'program.js'), PROGRAM);
});
afterAll(() => lib.remove());

it('a process without a transporter ends by itself, though nobody closes the app', async () => {
  const child = spawn(process.execPath, ['program.js'], { cwd: lib.dir, timeout: 120_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  // Its end, and all that it said.
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect({ code, signal }, output).toEqual({ code: 0, signal: null });
  expect(output.trim().split('\n')).toEqual(['answered', 'RequestTimeoutError', 'heard 1']);
});
