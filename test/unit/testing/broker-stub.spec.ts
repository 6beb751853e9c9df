import { Injectable, NotFoundException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { firstValueFrom, of, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  Action,
  Context,
  InjectService,
  MoleculerClientError,
  MoleculerModule,
  RequestTimeoutError,
  Service,
  ServiceBroker,
  type ServiceClient,
  ServiceNotFoundError,
} from '../../../lib/index.js';
import { createBrokerStub, UnmockedActionError } from '../../../lib/testing/index.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();

interface Prices {
  get(params: { item: string }): Promise<number>;
}

@Service('orders')
@Injectable()
class OrdersService {
  constructor(
    private readonly broker: ServiceBroker,
    @InjectService('prices') private readonly prices: ServiceClient<Prices>,
  ) {}

  @Action()
  async create({ item, amount }: { item: string; amount: number }, ctx: Context): Promise<{ total: number }> {
    const price = await this.prices.get({ item });
    const customer = await ctx.call<{ name: string }>('customers.get', { id: 1 });
    await ctx.emit('order.created', { item, by: customer.name });
    await this.broker.broadcast('stock.changed', { item });
    return { total: price * amount };
  }
}

describe('a stub of the broker', () => {
  it('stands for the broker of a class: answers, and keeps calls and events', async () => {
    const stub = createBrokerStub();
    stub.when('prices.get').reply(7);
    stub.when('customers.get').reply({ name: 'Ada' });
    const service = new OrdersService(stub, stub.client('prices'));

    const ctx = stub.context({ meta: { tenant: 'north' } });
    expect(await service.create({ item: 'lamp', amount: 2 }, ctx)).toEqual({ total: 14 });
    expect(stub.calls).toEqual([
      { action: 'prices.get', params: { item: 'lamp' }, meta: {}, headers: {}, timeout: 0 },
      { action: 'customers.get', params: { id: 1 }, meta: { tenant: 'north' }, headers: {}, timeout: 0 },
    ]);
    expect(stub.emitted).toEqual([
      {
        event: 'order.created',
        payload: { item: 'lamp', by: 'Ada' },
        kind: 'emit',
        groups: [],
        meta: { tenant: 'north' },
        headers: {},
        sender: 'stub',
      },
      expect.objectContaining({ event: 'stock.changed', kind: 'broadcast', payload: { item: 'lamp' } }),
    ]);
    expect(stub.when('prices.get').calls).toHaveLength(1);

    stub.clear();
    expect([stub.calls, stub.emitted]).toEqual([[], []]);
    expect(await stub.call('prices.get')).toBe(7);
  });

  it('takes the place of the broker in an application: nothing connects, no handler is served', async () => {
    const stub = createBrokerStub();
    stub.when('prices.get').reply(7);
    stub.when('customers.get').reply({ name: 'Ada' });
    const app = await Test.createTestingModule({
      // Nothing listens there.
      imports: [MoleculerModule.forRoot({ transporter: 'redis://127.0.0.1:1' })],
      providers: [OrdersService],
    })
      .overrideProvider(ServiceBroker)
      .useValue(stub)
      .setLogger(logs.logger)
      .compile();
    await app.init();

    const order = { item: 'lamp', amount: 1 };
    expect(await app.get(OrdersService).create(order, stub.context())).toEqual({ total: 7 });
    await expect(stub.call('orders.create', order)).rejects.toThrow(UnmockedActionError);
    await app.close();
    expect(stub.registry.services()).toEqual([]);
    expect(logs.texts('warn')).toEqual([]);
  });

  it('answers by a function as a handler would, with the context of the call', async () => {
    const stub = createBrokerStub();
    stub.when('sums.add').reply((params, ctx) => {
      const { a, b } = params as { a: number; b: number };
      return Promise.resolve({ sum: a + b, level: ctx.level, tenant: ctx.meta['tenant'] as string });
    });
    stub.when('sums.last').reply(() => of(1, 2, 3));
    const ctx = stub.context({ meta: { tenant: 'north' } });
    expect(await ctx.call('sums.add', { a: 1, b: 2 })).toEqual({ sum: 3, level: 2, tenant: 'north' });
    expect(await stub.call('sums.last')).toBe(3);
    expect(await stub.mcall({ a: { action: 'sums.last' } })).toEqual({ a: 3 });
  });

  it('takes the last answer given', async () => {
    const stub = createBrokerStub();
    const get = stub.when('prices.get').reply(1);
    expect(await stub.call('prices.get')).toBe(1);
    stub.when('prices.get').reply(undefined);
    expect(await stub.call('prices.get')).toBeUndefined();
    get.rejects(new Error('closed'));
    await expect(stub.call('prices.get')).rejects.toThrow('closed');
    expect(get.calls).toHaveLength(3);
  });

  it('fails with the error given: class, code, type and data; as a handler would, for those of Nest', async () => {
    class SoldOutError extends MoleculerClientError {}
    const error = new SoldOutError('sold out', 409, 'SOLD_OUT', { item: 'lamp' });
    const stub = createBrokerStub();
    stub.when('prices.get').rejects(error);
    await expect(stub.call('prices.get')).rejects.toBe(error);
    stub.when('prices.get').rejects(new NotFoundException('no lamp'));
    await expect(stub.call('prices.get')).rejects.toMatchObject({
      name: 'MoleculerClientError',
      message: 'no lamp',
      code: 404,
      type: 'NOT_FOUND',
    });
    stub.when('prices.get').rejects('just text');
    await expect(stub.call('prices.get')).rejects.toMatchObject({ name: 'MoleculerError', code: 500 });
    // It was asked for: no stack in the output of a test that passes.
    expect(logs.lines).toEqual([]);
  });

  it('says which action has no answer and what helps, and logs it for code that swallows errors', async () => {
    const stub = createBrokerStub();
    stub.when('prices.get').reply(7);
    const error = await stub.call('customers.get', { id: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnmockedActionError);
    expect(error).not.toBeInstanceOf(ServiceNotFoundError);
    expect(error).toMatchObject({
      code: 501,
      type: 'UNMOCKED_ACTION',
      data: { action: 'customers.get' },
      message:
        "Nothing answers 'customers.get' in this test: stub.when('customers.get').reply(…) does. Answered are: 'prices.get'.",
    });
    expect(logs.texts('error')).toEqual([expect.stringContaining("Nothing answers 'customers.get'")]);
    expect(stub.calls).toMatchObject([{ action: 'customers.get', params: { id: 1 } }]);
    stub.when('half.made');
    await expect(stub.call('half.made')).rejects.toThrow(/'half.made' has no answer: add \.reply/);
  });

  it('keeps time limits and abort signals', async () => {
    const stub = createBrokerStub();
    stub.when('prices.get').reply(() => new Promise<never>(() => undefined));
    await expect(stub.call('prices.get', {}, { timeout: 1 })).rejects.toBeInstanceOf(RequestTimeoutError);
    await expect(stub.call('prices.get', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      type: 'REQUEST_ABORTED',
    });
    expect(stub.calls).toMatchObject([{ timeout: 1 }]);
  });

  it('hears its own events, and makes contexts for event handlers', async () => {
    const stub = createBrokerStub({ nodeID: 'here' });
    const heard = firstValueFrom(stub.events('user.*').pipe(take(2), toArray()));
    await stub.emit('user.created', 1);
    await stub.broadcastLocal('user.gone');
    expect((await heard).map(({ event, sender }) => [event, sender])).toEqual([
      ['user.created', 'here'],
      ['user.gone', 'here'],
    ]);
    const ctx = stub.context({ event: 'user.created', params: { id: 1 }, caller: 'users', requestID: 'r1' });
    expect(ctx).toMatchObject({
      eventName: 'user.created',
      params: { id: 1 },
      caller: 'users',
      requestID: 'r1',
    });
  });

  it('shares nothing with another stub', async () => {
    const [one, two] = [createBrokerStub(), createBrokerStub()];
    one.when('prices.get').reply(1);
    await one.emit('user.created');
    await expect(two.call('prices.get')).rejects.toThrow(UnmockedActionError);
    expect(two.emitted).toEqual([]);
  });
});
