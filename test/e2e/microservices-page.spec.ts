import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisOptions } from '../../bench/compare/microservices.mjs';
import { freePort } from '../support/free-port.js';
import { PageProject, shows } from '../support/page-project.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';

// Channels of Nest's microservices are bare names: ours must be nobody else's.
const pattern = uniqueNamespace('divide');
const options = redisOptions(redisUrl());
const closing: (() => unknown)[] = [];

let project: PageProject;

beforeAll(async () => {
  Logger.overrideLogger(false);
  project = await PageProject.make('docs/migrating-from-nest-microservices.md', (code) =>
    code
      .replace("@MessagePattern('math.divide')", `@MessagePattern('${pattern}')`)
      .replace("host: 'localhost', port: 6379", JSON.stringify(options).slice(1, -1)),
  );
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await project.remove();
});

it('a handler with both decorators answers both kinds of callers', async () => {
  const app = project.start('both/dist/main.js', { PORT: `${await freePort()}` });
  await shows(app.said, 'Nest application successfully started');

  const client = ClientProxyFactory.create({ transport: Transport.REDIS, options });
  closing.push(() => client.close());
  expect(await firstValueFrom(client.send(pattern, { a: 9, b: 3 }))).toBe(3);

  const imports = [MoleculerModule.forRoot({ transporter: redisUrl(), namespace: project.namespace })];
  const caller = await NestFactory.createApplicationContext({ module: class {}, imports }, { logger: false });
  closing.push(() => caller.close());
  const broker = caller.get(ServiceBroker);
  await broker.waitForServices('math', 60_000);
  expect(await broker.call('math.divide', { a: 8, b: 2 })).toBe(4);
});
