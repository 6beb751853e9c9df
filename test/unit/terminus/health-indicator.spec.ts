import { ModuleRef } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Action,
  getBrokerToken,
  MOLECULER_SCHEDULER,
  MoleculerModule,
  Service,
  ServiceBroker,
  Transit,
} from '../../../lib/index.js';
import { MoleculerHealthIndicator } from '../../../lib/terminus/index.js';
import { memoryHub, VirtualScheduler } from '../../../lib/testing/index.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();

@Service('users')
class UsersService {
  @Action() get(): string {
    return 'Ada';
  }
}

const time = new VirtualScheduler(1_000_000);
const apps: TestingModule[] = [];
let hub = '';

/** Of what waits for virtual time. */
async function during<T>(work: Promise<T>): Promise<T> {
  let done = false;
  const end = () => (done = true);
  work.then(end, end);
  while (!done) await time.advance(50);
  return work;
}

async function node(nodeID: string, providers: (typeof UsersService)[] = []): Promise<TestingModule> {
  const options = { nodeID, transporter: `memory://${hub}` };
  const app = await Test.createTestingModule({
    imports: [MoleculerModule.forRoot(options)],
    providers: [MoleculerHealthIndicator, ...providers],
  })
    .overrideProvider(MOLECULER_SCHEDULER)
    .useValue(time)
    .setLogger(logs.logger)
    .compile();
  apps.push(app);
  return app;
}

async function started(nodeID: string, providers: (typeof UsersService)[] = []): Promise<TestingModule> {
  const app = await node(nodeID, providers);
  await during(app.init());
  await time.advance(500);
  return app;
}

let tests = 0;
function newCluster(): void {
  hub = `health-${process.pid}-${++tests}`;
}

afterEach(async () => {
  memoryHub(hub).restore();
  for (const app of apps.splice(0)) await during(app.close());
});

const health = (app: TestingModule) => app.get(MoleculerHealthIndicator);

describe('isConnected', () => {
  it('is down before the start, up after it, with what the wire took to answer', async () => {
    newCluster();
    const app = await node('one');
    expect(await during(health(app).isConnected('moleculer'))).toEqual({
      moleculer: { status: 'down', message: 'The broker has not started yet' },
    });
    await during(app.init());
    expect(await during(health(app).isConnected('moleculer'))).toEqual({
      moleculer: { status: 'up', nodeID: 'one', elapsedTime: 0 },
    });
  });

  it('is down without a connection, and says why', async () => {
    newCluster();
    const app = await started('one');
    memoryHub(hub).cut();
    const { moleculer } = await during(health(app).isConnected('moleculer'));
    expect(moleculer).toMatchObject({
      status: 'down',
      message: expect.stringMatching(/^No connection to the cluster/),
    });
    memoryHub(hub).restore();
    await time.advance(10_000);
    expect((await during(health(app).isConnected('moleculer'))).moleculer.status).toBe('up');
  });

  it('is down where the connection stands but nothing answers, or our subscriptions are gone', async () => {
    newCluster();
    const app = await started('one');
    const transit = app.get(Transit);
    transit.countSubscribers = () => new Promise(() => undefined);
    const began = time.now();
    expect(await during(health(app).isConnected('moleculer', { timeout: 300 }))).toEqual({
      moleculer: { status: 'down', message: 'The transporter did not answer within 300 ms' },
    });
    expect(time.now() - began).toBeLessThan(500);
    transit.countSubscribers = () => Promise.resolve(0);
    expect((await during(health(app).isConnected('moleculer'))).moleculer.status).toBe('down');
    // A wire that cannot tell.
    transit.countSubscribers = () => Promise.resolve(null);
    expect((await during(health(app).isConnected('moleculer'))).moleculer.status).toBe('up');
  });

  it('is down from the first moment of the stop: others have not heard of it yet', async () => {
    newCluster();
    const app = await started('one', [UsersService]);
    const other = await started('two');
    const registry = other.get(ServiceBroker).registry;
    const offered = () =>
      registry.services().some(({ nodeID, name }) => nodeID === 'one' && name === 'users');
    expect(offered()).toBe(true);
    const closing = app.close();
    // Nest begins with a turn of its own.
    await Promise.resolve();
    while (app.get(ServiceBroker).state !== 'leaving') await Promise.resolve();
    expect(offered()).toBe(true);
    expect(await during(health(app).isConnected('moleculer'))).toEqual({
      moleculer: { status: 'down', message: 'The broker is leaving the cluster' },
    });
    await during(closing);
    expect(offered()).toBe(false);
    expect((await health(app).isConnected('moleculer')).moleculer.status).toBe('down');
  });

  it('is down when the stop begins while the wire is still asked', async () => {
    newCluster();
    const app = await started('one');
    let answer!: (count: number) => void;
    app.get(Transit).countSubscribers = () => new Promise((resolve) => (answer = resolve));
    const asked = health(app).isConnected('moleculer');
    const closing = app.close();
    while (app.get(ServiceBroker).state !== 'leaving') await Promise.resolve();
    answer(1);
    expect((await during(asked)).moleculer.status).toBe('down');
    await during(closing);
  });

  it('of a node without a transporter is up while it runs; of a stand-in for the broker it is down', async () => {
    const alone = await Test.createTestingModule({
      imports: [MoleculerModule.forRoot({ nodeID: 'alone' }), MoleculerModule.forRoot({ name: 'second' })],
      providers: [MoleculerHealthIndicator],
    })
      .overrideProvider(getBrokerToken('second'))
      .useValue({ call: () => undefined })
      .compile();
    apps.push(alone);
    await alone.init();
    expect(await health(alone).isConnected('m')).toEqual({ m: { status: 'up', nodeID: 'alone' } });
    expect((await health(alone).isConnected('m', { broker: 'second' })).m.status).toBe('down');
  });
});

describe('servicesAvailable', () => {
  it('is up where a node that offers the service answers a ping, or we have it ourselves', async () => {
    newCluster();
    await started('one', [UsersService]);
    const app = await started('two');
    await app.get(ServiceBroker).createService({ name: 'mail', version: 2, actions: {} });
    expect(await during(health(app).servicesAvailable('services', ['users', 'v2.mail']))).toEqual({
      services: {
        status: 'up',
        services: { users: { nodeID: 'one' }, 'v2.mail': { nodeID: 'two' } },
      },
    });
    expect((await during(health(app).servicesAvailable('one', 'users'))).one.status).toBe('up');
  });

  it('takes names alone, and stands under a key of its own then', async () => {
    newCluster();
    await started('one', [UsersService]);
    const app = await started('two');
    const named = await during(health(app).servicesAvailable('services', ['users', 'mail']));
    expect(await during(health(app).servicesAvailable(['users', 'mail']))).toEqual(named);
    expect(Object.keys(await during(health(app).isConnected()))).toEqual(['moleculer']);
    const options = { timeout: 200, broker: 'no such broker' };
    await expect(health(app).servicesAvailable(['users'], options)).rejects.toThrow('no such broker');
  });

  it('is down where nobody offers it, and where those who do are silent: which ones, and why', async () => {
    newCluster();
    const dead = await started('one', [UsersService]);
    const app = await started('two');
    // It is cut off, and the others have not noticed.
    memoryHub(hub).cut(dead.get(ModuleRef).get(Transit, { strict: false })['transporter']);
    expect(
      await during(health(app).servicesAvailable('services', ['users', 'mail'], { timeout: 200 })),
    ).toEqual({
      services: {
        status: 'down',
        message: "'users': its node did not answer a ping within 200 ms; 'mail': no node offers it",
        services: { users: 'its node did not answer a ping within 200 ms', mail: 'no node offers it' },
      },
    });
  });

  it('asks three nodes at most, and one that answers will do', async () => {
    newCluster();
    for (const nodeID of ['a', 'b', 'c', 'd']) await started(nodeID, [UsersService]);
    const app = await started('two');
    const broker = app.get(ServiceBroker);
    const pinged: string[] = [];
    const ping = (nodeID: string) => {
      pinged.push(nodeID);
      return Promise.resolve(nodeID === 'b' ? { nodeID, elapsedTime: 1, timeDiff: 0 } : null);
    };
    Object.assign(broker, { ping });
    expect(await during(health(app).servicesAvailable('s', 'users'))).toMatchObject({
      s: { status: 'up', services: { users: { nodeID: 'b' } } },
    });
    expect(pinged).toEqual(['a', 'b', 'c']);
    // Others each time: three that hang do not stand for all.
    pinged.length = 0;
    await during(health(app).servicesAvailable('s', 'users'));
    expect(pinged).toEqual(['d', 'a', 'b']);
  });
});
