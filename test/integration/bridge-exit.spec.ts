import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileLib } from '../support/compiled-lib.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { ROOT } from '../support/snippets.js';

/** A microservice with a broker of its own, and a client of another; both closed, nothing else ends the process. */
const PROGRAM = `
  import 'reflect-metadata';
  import { Controller, Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { MessagePattern } from '@nestjs/microservices';
  import { firstValueFrom } from 'rxjs';
  import { MoleculerModule, ServiceBroker } from './lib/index.js';
  import { MoleculerClient, MoleculerServer } from './lib/microservices/index.js';
  const [transporter, namespace] = process.argv.slice(2);
  let began = () => {};
  class Slow {
    slow() {
      began();
      return new Promise((resolve) => setTimeout(resolve, 100, 'served out'));
    }
  }
  MessagePattern('s.slow')(Slow.prototype, 'slow', Object.getOwnPropertyDescriptor(Slow.prototype, 'slow'));
  Controller()(Slow);
  class ServerModule {}
  Module({ controllers: [Slow] })(ServerModule);
  class ClientModule {}
  Module({ imports: [MoleculerModule.forRoot({ transporter, namespace })] })(ClientModule);
  const strategy = new MoleculerServer({ transporter, namespace });
  const server = await NestFactory.createMicroservice(ServerModule, { strategy, logger: false });
  await server.listen();
  const app = await NestFactory.createApplicationContext(ClientModule, { logger: false });
  const broker = app.get(ServiceBroker);
  const client = new MoleculerClient({ broker });
  await broker.waitForServices('s');
  console.log(await firstValueFrom(client.send('s.slow', {})));
  const running = new Promise((resolve) => (began = resolve));
  const last = firstValueFrom(client.send('s.slow', {}));
  await running;
  await server.close();
  console.log(await last);
  await app.close();
`;

let lib: Awaited<ReturnType<typeof compileLib>>;
beforeAll(async () => {
  lib = await compileLib();
  await writeFile(join(lib.dir, 'program.js'), PROGRAM);
});
afterAll(() => lib.remove());

async function run(dir: string, file: string, args: string[] = []) {
  const child = spawn(process.execPath, [file, ...args], { cwd: dir, timeout: 120_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  // Its end, and all that it said.
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, output };
}

it('closing serves out what runs, and leaves nothing that keeps the process', async () => {
  const { code, signal, output } = await run(lib.dir, 'program.js', [redisUrl(), uniqueNamespace('exit')]);
  expect({ code, signal }, output).toEqual({ code: 0, signal: null });
  expect(output.trim().split('\n')).toEqual(['served out', 'served out']);
});

it('without @nestjs/microservices the error says how to install it; all else works', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'no-microservices-'));
  try {
    await mkdir(join(dir, 'node_modules/@nestjs'), { recursive: true });
    const present = ['@nestjs/common', '@nestjs/core', 'rxjs', 'reflect-metadata', 'tslib', 'leven'];
    for (const name of [...present, 'fastest-validator', 'ioredis']) {
      await symlink(join(ROOT, 'node_modules', name), join(dir, 'node_modules', name));
    }
    await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
    await cp(join(lib.dir, 'lib'), join(dir, 'lib'), { recursive: true, dereference: true });
    await writeFile(
      join(dir, 'program.js'),
      `import { ServiceBroker } from './lib/index.js';
       console.log(typeof ServiceBroker);
       await import('./lib/microservices/index.js').catch((error) => console.log(error.type, error.message));`,
    );
    const { output } = await run(dir, 'program.js');
    expect(output.trim().split('\n')).toEqual([
      'function',
      expect.stringMatching(/^PACKAGE_MISSING .*npm install @nestjs\/microservices$/),
    ]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
