/** The program of a user who has just installed the package, in the forms in which users write it. */

/** The last line of each transporter says what was called and what came back. */
const BODY = `
const namespace = 'consumer-' + process.pid + '-' + Date.now();

async function serveAndCall(transporter) {
  const server = await start(transporter, 'server', [MathService]);
  const client = await start(transporter, 'client', []);
  const broker = client.get(ServiceBroker);
  await broker.waitForServices('math', 10000);
  const sum = await broker.call('math.add', { a: 5, b: 3 });
  if (sum !== 8) throw new Error('math.add gave ' + sum);
  const error = await broker.call('math.fail').catch((e) => e);
  if (!(error instanceof MoleculerError) || error.code !== 418) throw new Error('math.fail gave ' + error);
  await client.close();
  await server.close();
  console.log('over ' + transporter.split(':')[0] + ': math.add = ' + sum + ', math.fail = error ' + error.code);
}

async function main() {
  for (const transporter of process.env.TRANSPORTERS.split(' ')) await serveAndCall(transporter);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
setTimeout(() => {
  console.error('still running 40 s after the start');
  process.exit(1);
}, 40000).unref();
`;

const TYPED_BODY = BODY.replace('.catch((e) => e);', '.catch((e: unknown) => e as MoleculerError);')
  .replace(
    "const sum = await broker.call('math.add'",
    "const sum: number = await broker.call<number>('math.add'",
  )
  .replace('serveAndCall(transporter)', 'serveAndCall(transporter: string)')
  .replace('process.env.TRANSPORTERS.split', 'process.env.TRANSPORTERS!.split');

const NAMES = 'Action, MoleculerError, MoleculerModule, Service, ServiceBroker';

/** Decorators called by hand: what is left of them without TypeScript. */
const UNTYPED = `
class MathService {
  add(params) { return params.a + params.b; }
  fail() { throw new MoleculerError('no', 418, 'TEAPOT'); }
}
for (const name of ['add', 'fail']) {
  Action()(MathService.prototype, name, Object.getOwnPropertyDescriptor(MathService.prototype, name));
}
Service('math')(MathService);

function start(transporter, nodeID, providers) {
  class AppModule {}
  Module({ imports: [MoleculerModule.forRoot({ nodeID, namespace, transporter })], providers })(AppModule);
  return NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
}
`;

const TYPED = `
@Service('math')
class MathService {
  @Action() add(params: { a: number; b: number }): number { return params.a + params.b; }
  @Action() fail(): never { throw new MoleculerError('no', 418, 'TEAPOT'); }
}

function start(transporter: string, nodeID: string, providers: Type[]) {
  @Module({ imports: [MoleculerModule.forRoot({ nodeID, namespace, transporter })], providers })
  class AppModule {}
  return NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
}
`;

export const ESM = `import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ${NAMES} } from 'nestjs-moleculer';
${UNTYPED}${BODY}`;

export const COMMONJS = `require('reflect-metadata');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { ${NAMES} } = require('nestjs-moleculer');
${UNTYPED}${BODY}`;

export const TYPESCRIPT = `import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ${NAMES} } from 'nestjs-moleculer';
import * as testing from 'nestjs-moleculer/testing';
import * as repl from 'nestjs-moleculer/repl';
void (testing satisfies object);
void (repl.startRepl satisfies object);
${TYPED}${TYPED_BODY}`;

/** A small test of such a service, for Jest and Vitest alike: both give `describe`, `it` and `expect`. */
export const SPEC = `import { Injectable, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Action, MOLECULER_SCHEDULER, MoleculerModule, RequestTimeoutError, Service, ServiceBroker } from 'nestjs-moleculer';
import { VirtualScheduler } from 'nestjs-moleculer/testing';

@Injectable()
class Sums {
  add(a: number, b: number) { return a + b; }
}

@Service('math')
class MathService {
  constructor(private readonly sums: Sums) {}
  @Action() add(params: { a: number; b: number }) { return this.sums.add(params.a, params.b); }
  @Action() never() { return new Promise<never>(() => undefined); }
}

const scheduler = new VirtualScheduler();

async function start(nodeID: string, providers: Type[]) {
  const module = await Test.createTestingModule({
    imports: [MoleculerModule.forRoot({ transporter: 'memory://spec', nodeID })],
    providers,
  })
    .overrideProvider(MOLECULER_SCHEDULER)
    .useValue(scheduler)
    .compile();
  return during(module.init());
}

async function during<T>(work: Promise<T>): Promise<T> {
  await scheduler.advance(10_000);
  return work;
}

describe('a service and a caller in another application', () => {
  it('calls, and waits 5 s in no time', async () => {
    const server = await start('server', [Sums, MathService]);
    const client = await start('client', []);
    const broker = client.get(ServiceBroker);
    expect(await broker.call('math.add', { a: 5, b: 3 })).toBe(8);
    const error = await during(broker.call('math.never', {}, { timeout: 5000 }).catch((e: unknown) => e));
    expect(error).toBeInstanceOf(RequestTimeoutError);
    await during(client.close());
    await during(server.close());
    expect(scheduler.pending).toBe(0);
  });
});
`;
