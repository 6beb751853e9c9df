import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Action,
  Context,
  Event,
  MoleculerClientError,
  MoleculerModule,
  Service,
  ServiceBroker,
  ServiceNotFoundError,
  ValidationError,
} from '../../../lib/index.js';
import { mockAction, UnmockedActionError } from '../../../lib/testing/index.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

@Service('prices')
class PricesService {
  @Action({ params: { item: 'string', amount: { type: 'number', convert: true, default: 1 } }, timeout: 50 })
  get(): number {
    return 1;
  }
  @Action({ visibility: 'private' }) secret(): string {
    return 'real';
  }
  @Action({ returns: { net: 'number', gross: 'number' }, validateReturns: 'throw' }) details() {
    return { net: 1, gross: 2 };
  }
  @Action() tell(_params: unknown, ctx: Context): Promise<string> {
    return ctx.call<string>('prices.secret');
  }
}

@Service({ name: 'orders', dependencies: ['stock'] })
class OrdersService {
  readonly paid: unknown[] = [];
  @Action() async total(params: { item: string }, ctx: Context): Promise<number> {
    return (await ctx.call<number>('prices.get', params)) + (await ctx.call<number>('stock.fee'));
  }
  @Event('order.paid') onPaid(payload: unknown): void {
    this.paid.push(payload);
  }
}

const apps: INestApplication[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

/** Not initialised, and not listening. */
async function makeApp(): Promise<INestApplication> {
  const imports = [MoleculerModule.forRoot()];
  const providers = [PricesService, OrdersService];
  const app = await NestFactory.create({ module: class {}, imports, providers }, { abortOnError: false });
  apps.push(app);
  return app;
}

describe('a made-up action', () => {
  it('takes the place of the real one, for calls of handlers too, until it is restored', async () => {
    const app = await makeApp();
    await app.init();
    const broker = app.get(ServiceBroker);
    const get = mockAction('prices.get').returns(7).on(app);
    mockAction('stock.fee').returns(1).on(broker);

    expect(await broker.call('orders.total', { item: 'lamp' }, { meta: { tenant: 'north' } })).toBe(8);
    expect(get.calls).toEqual([
      {
        action: 'prices.get',
        params: { item: 'lamp', amount: 1 },
        meta: { tenant: 'north' },
        headers: {},
        timeout: 50,
      },
    ]);
    expect(get.clear().calls).toEqual([]);
    get.restore();
    expect(await broker.call('orders.total', { item: 'lamp' })).toBe(2);
  });

  it('keeps the validation of the action behind it', async () => {
    const app = await makeApp();
    await app.init();
    const broker = app.get(ServiceBroker);
    const get = mockAction('prices.get').returns(7).on(broker);
    await expect(broker.call('prices.get', { item: 5 })).rejects.toBeInstanceOf(ValidationError);
    expect(get.calls).toEqual([]);
    await broker.call('prices.get', { item: 'lamp', amount: '3' });
    expect(get.calls).toMatchObject([{ params: { item: 'lamp', amount: 3 } }]);
  });

  it('may give a part of what the action returns', async () => {
    const app = await makeApp();
    await app.init();
    const broker = app.get(ServiceBroker);
    expect(await broker.call('prices.details')).toEqual({ net: 1, gross: 2 });
    mockAction('prices.details').returns({ net: 5 }).on(broker);
    expect(await broker.call('prices.details')).toEqual({ net: 5 });
  });

  it('may be bound before the application is initialised, and counts as a service that others wait for', async () => {
    const app = await makeApp();
    const broker = app.get(ServiceBroker);
    const waiting = broker.waitForServices('stock');
    mockAction('stock.fee').returns(1).on(app);
    await waiting;
    const get = mockAction('prices.get').returns(7).on(app);
    expect(await broker.call('prices.get')).toBe(7);
    await app.init();
    // What it depends on is there, so it is announced.
    expect(broker.registry.announcedInfo().map(({ name }) => name)).toContain('orders');
    // The mock itself is nothing that other nodes are told of.
    expect(broker.registry.announcedInfo().map(({ name }) => name)).not.toContain('stock');
    // The action came after the mock was made: its schema counts from then on.
    await expect(broker.call('prices.get', {})).rejects.toBeInstanceOf(ValidationError);
    await broker.call('prices.get', { item: 'lamp' });
    expect(get.calls).toHaveLength(2);
  });

  it('keeps who may call: a private action stays its own service’s', async () => {
    const app = await makeApp();
    await app.init();
    const broker = app.get(ServiceBroker);
    mockAction('prices.secret').returns('made up').on(broker);
    expect(await broker.call('prices.tell')).toBe('made up');
    await expect(broker.call('prices.secret')).rejects.toBeInstanceOf(ServiceNotFoundError);
  });

  it('of several for one name the last counts; restored, the former does again', async () => {
    const app = await makeApp();
    await app.init();
    const broker = app.get(ServiceBroker);
    const first = mockAction('prices.get').returns(1).on(broker);
    const second = mockAction('prices.get').returns(2).on(broker);
    const call = () => broker.call<number>('prices.get', { item: 'lamp' });
    expect(await call()).toBe(2);
    second.restore();
    expect(await call()).toBe(1);
    first.on(broker).restore();
    expect(Object.keys(broker.registry)).not.toContain('action');
  });

  it('fails as told, unlogged; its meta goes back, its functions may fail as handlers do', async () => {
    const app = await makeApp();
    await app.init();
    const broker = app.get(ServiceBroker);
    const error = Object.assign(new Error('no price'), { code: 418, type: 'TEAPOT', data: { item: 'lamp' } });
    const get = mockAction('prices.get').rejects(error).on(broker);
    await expect(broker.call('prices.get', { item: 'lamp' })).rejects.toBe(error);
    expect(logs.texts('error')).toEqual([]);
    get.returns(() => {
      throw new TypeError('a slip in the test');
    });
    await expect(broker.call('prices.get', { item: 'lamp' })).rejects.toThrow('a slip in the test');
    expect(logs.texts('error')).toHaveLength(1);
  });

  it('says what helps where an action is unknown, and where a mock has no answer or no broker', async () => {
    const app = await makeApp();
    await app.init();
    const broker = app.get(ServiceBroker);
    mockAction('prices.get').returns(1).on(broker);
    mockAction('stock.fee').returns(1).on(broker);
    const error = await broker.call('mail.send').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceNotFoundError);
    expect((error as Error).message).toContain(
      "Nothing answers 'mail.send' in this test: mockAction('mail.send').returns(…).on(broker) does. " +
        "Answered are: 'prices.get', 'stock.fee'.",
    );
    await expect(broker.call('stock.fees')).rejects.toThrow("Did you mean 'stock.fee'?");

    mockAction('stock.fee').on(broker);
    await expect(broker.call('stock.fee')).rejects.toThrow(UnmockedActionError);
    await expect(broker.call('stock.fee')).rejects.toThrow(/has no answer: add \.returns/);
    expect(() => mockAction('stock.fee').returns(1).calls).toThrow(/never bound.*add \.on\(broker\)/);
    expect(() => mockAction('stock.fee').on({ get: () => null } as never)).toThrow(/has no ServiceBroker/);
    expect(() => mockAction('stock.fee').on(undefined as never)).toThrow(TypeError);
  });
});

describe('a made-up action of several nodes', () => {
  it('answers on the brokers it is bound to; other nodes get it from them', async () => {
    const figures = { name: 'figures', actions: { add: { params: { a: 'number' }, handler: () => 'real' } } };
    const c = await start([node('one', {}, figures), node('two'), node('three')]);
    const [one, two, three] = ['one', 'two', 'three'].map((nodeID) => c.broker(nodeID));

    const atTwo = mockAction('figures.add').returns('made up at two').on(two);
    expect(await two.call('figures.add', { a: 1 })).toBe('made up at two');
    // As the node that has it would.
    await expect(two.call('figures.add', { a: 'x' })).rejects.toBeInstanceOf(ValidationError);
    expect(await c.cluster.run(three.call('figures.add', { a: 1 }))).toBe('real');
    atTwo.restore();
    expect(await c.cluster.run(two.call('figures.add', { a: 1 }))).toBe('real');

    const atOne = mockAction('figures.add').returns('made up at one').on(one);
    expect(await c.cluster.run(three.call('figures.add', { a: 1 }))).toBe('made up at one');
    expect(atOne.calls).toMatchObject([{ params: { a: 1 } }]);
    atOne.rejects(new MoleculerClientError('taken', 409, 'TAKEN', { by: 'Ada' }));
    const refused = await c.cluster.run(three.call('figures.add', { a: 1 })).catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(MoleculerClientError);
    expect(refused).toMatchObject({ message: 'taken', code: 409, type: 'TAKEN', data: { by: 'Ada' } });
    // Nobody finds it at a node that does not have the action.
    mockAction('figures.sub').returns(1).on(one);
    await expect(c.cluster.run(three.call('figures.sub'))).rejects.toBeInstanceOf(ServiceNotFoundError);
    const asked = three.call('figures.sub', {}, { nodeID: 'one' });
    await expect(c.cluster.run(asked)).rejects.toBeInstanceOf(ServiceNotFoundError);
  });

  it('reaches every broker of a cluster, those that start later too', async () => {
    const c = await start([node('one'), node('two')]);
    await c.cluster.crash('two');
    const one = c.broker('one');
    const mock = mockAction('figures.add').returns(3).on(c.cluster);
    await c.cluster.restart('two');
    const late = c.broker('two');
    expect([await one.call('figures.add'), await late.call('figures.add')]).toEqual([3, 3]);
    expect(mock.calls).toHaveLength(2);
    mock.restore();
    for (const broker of [one, late])
      await expect(broker.call('figures.add')).rejects.toBeInstanceOf(ServiceNotFoundError);
    await c.cluster.restart('two');
    await expect(c.broker('two').call('figures.add')).rejects.toBeInstanceOf(ServiceNotFoundError);
  });
});
