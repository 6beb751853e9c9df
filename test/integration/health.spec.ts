import { Controller, Get, type INestApplication, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { MoleculerHealthIndicator } from 'nestjs-moleculer/terminus';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { makeNode } from '../support/node.js';
import { uniqueNamespace } from '../support/redis.js';
import { RedisServer } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

/** ms; undefined: the default. */
let pingLimit: number | undefined;

@Controller()
class GatewayController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly moleculer: MoleculerHealthIndicator,
    private readonly broker: ServiceBroker,
  ) {}

  @Get('health/ready')
  @HealthCheck()
  ready() {
    return this.health.check([
      () => this.moleculer.isConnected('moleculer'),
      () => this.moleculer.servicesAvailable('services', ['users'], { timeout: pingLimit }),
    ]);
  }

  @Get('health/short')
  @HealthCheck()
  short() {
    return this.health.check([
      () => this.moleculer.isConnected(),
      () => this.moleculer.servicesAvailable(['users']),
    ]);
  }

  @Get('users')
  users(): Promise<unknown> {
    return this.broker.call<unknown>('users.list');
  }
}

beforeAll(() => Logger.overrideLogger(false));
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function gateway(transporter: string): Promise<{ app: INestApplication; url: string }> {
  @Module({
    imports: [
      MoleculerModule.forRoot({
        nodeID: 'gateway',
        transporter,
        // One test holds a call until it has seen enough.
        tracking: { enabled: true, shutdownTimeout: 120_000 },
      }),
      TerminusModule.forRoot({ logger: false }),
    ],
    controllers: [GatewayController],
    providers: [MoleculerHealthIndicator],
  })
  class AppModule {}
  const app = await NestFactory.create(AppModule, { logger: false });
  cleanups.push(() => app.close());
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

interface Answer {
  status: number;
  body: { status?: string; details?: Record<string, { status: string; message?: string }> };
}

/** Each on a connection of its own, as a load balancer's probe may be. */
async function get(url: string): Promise<Answer> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function usersNode(transporter: string) {
  const { node, broker } = makeNode({ nodeID: 'users-1', transporter });
  cleanups.push(() => node.stop());
  await node.start();
  await broker.createService({ name: 'users', actions: { list: () => ['Ada'] } });
  return broker;
}

it('readiness fails first at a stop: the cluster has not heard of it, and requests are served to the end', async () => {
  const transporter = `memory://${uniqueNamespace('health')}`;
  pingLimit = 30_000; // here they answer, on a machine however slow
  cleanups.push(() => (pingLimit = undefined));
  const { app, url } = await gateway(transporter);
  const ready = () => get(`${url}/health/ready`);
  expect(await ready()).toMatchObject({
    status: 503,
    body: { details: { moleculer: { status: 'up' }, services: { message: "'users': no node offers it" } } },
  });
  const users = await usersNode(transporter);
  await waitUntil('ready', async () => (await ready()).status === 200);

  // A call that the stop waits for keeps it from going on.
  let release!: (value: string) => void;
  const held = new Promise<string>((resolve) => (release = resolve));
  const broker = app.get(ServiceBroker);
  await broker.createService({ name: 'reports', actions: { make: () => held } });
  await users.waitForServices('reports');
  const report = users.call('reports.make');

  // What readiness says at the moment the others learn of the stop.
  const then: unknown[] = [];
  const indicator = app.get(MoleculerHealthIndicator);
  users.registry.changes().subscribe(({ type, node }) => {
    if (type !== 'services.changed' || node.id !== 'gateway' || then.length > 0) return;
    then.push(indicator.isConnected('moleculer'));
  });
  const closing = app.close();
  await waitUntil('services withdrawn', () => !users.registry.services().some((s) => s.name === 'reports'));
  expect(await Promise.all(then)).toMatchObject([{ moleculer: { status: 'down' } }]);

  for (let i = 0; i < 3; i++) {
    expect(await ready()).toMatchObject({
      status: 503,
      body: {
        details: {
          moleculer: { status: 'down', message: 'The broker is leaving the cluster' },
          services: { status: 'up' },
        },
      },
    });
    expect(await get(`${url}/users`)).toEqual({ status: 200, body: ['Ada'] });
  }
  release('done');
  expect(await report).toBe('done');
  await closing;
});

it('readiness asks Redis itself: it fails while Redis stands still, and when it is gone', async () => {
  const redis = await RedisServer.prepare();
  cleanups.push(() => redis.stop());
  await redis.start();
  const { url } = await gateway(redis.url);
  await usersNode(redis.url);
  const ready = () => get(`${url}/health/ready`);
  await waitUntil('ready', async () => (await ready()).status === 200);

  redis.signal('SIGSTOP');
  try {
    // No connection was lost, and no heartbeat is overdue.
    expect((await ready()).body.details).toMatchObject({
      moleculer: { status: 'down', message: 'The transporter did not answer within 500 ms' },
      services: { status: 'down', message: "'users': its node did not answer a ping within 500 ms" },
    });
  } finally {
    redis.signal('SIGCONT');
  }
  await waitUntil('ready again', async () => (await ready()).status === 200);
  await redis.kill();
  await waitUntil('not ready', async () => {
    const { status, body } = await ready();
    return status === 503 && body.details?.['moleculer'].message?.startsWith('No connection to the cluster');
  });
});

it('the short forms stand under keys of their own, so that neither result hides the other', async () => {
  const transporter = `memory://${uniqueNamespace('health')}`;
  const { url } = await gateway(transporter);
  expect(await get(`${url}/health/short`)).toMatchObject({
    status: 503,
    body: {
      status: 'error',
      details: {
        moleculer: { status: 'up', nodeID: 'gateway' },
        services: { status: 'down', message: "'users': no node offers it" },
      },
    },
  });
  await usersNode(transporter);
  await waitUntil('up', async () => (await get(`${url}/health/short`)).status === 200);
  expect(await get(`${url}/health/short`)).toMatchObject({
    body: {
      status: 'ok',
      details: {
        moleculer: { status: 'up' },
        services: { status: 'up', services: { users: { nodeID: 'users-1' } } },
      },
    },
  });
});
