/** The program of a user who has just installed the package, in the forms in which users write it. */

const BODY = `
const transporter = process.env.TRANSPORTER;
const namespace = 'consumer-' + process.pid + '-' + Date.now();

async function main() {
  const server = await start('server', [MathService]);
  const client = await start('client', []);
  const broker = client.get(ServiceBroker);
  await broker.waitForServices('math', 10000);
  const sum = await broker.call('math.add', { a: 5, b: 3 });
  if (sum !== 8) throw new Error('math.add gave ' + sum);
  const error = await broker.call('math.fail').catch((e) => e);
  if (!(error instanceof MoleculerError) || error.code !== 418) throw new Error('math.fail gave ' + error);
  await client.close();
  await server.close();
  console.log('8, 418');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
setTimeout(() => {
  console.error('still running 20 s after the start');
  process.exit(1);
}, 20000).unref();
`;

const TYPED_BODY = BODY.replace('.catch((e) => e);', '.catch((e: unknown) => e as MoleculerError);').replace(
  "const sum = await broker.call('math.add'",
  "const sum: number = await broker.call<number>('math.add'",
);

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

function start(nodeID, providers) {
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

function start(nodeID: string, providers: Type[]) {
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
void (testing satisfies object);
${TYPED}${TYPED_BODY}`;
