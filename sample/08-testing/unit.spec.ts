/// <reference types="vitest/globals" />
// A service alone: no application, a stub in place of the broker. The same file runs under Vitest and under Jest.
import { MoleculerClientError } from 'nestjs-moleculer';
import { type BrokerStub, createBrokerStub } from 'nestjs-moleculer/testing';
import { OrdersService } from './orders.service.js';

let stub: BrokerStub;
let orders: OrdersService;

beforeEach(() => {
  stub = createBrokerStub();
  orders = new OrdersService(stub.client('pricing'));
});

it('asks for the price and tells of the order', async () => {
  // The type is that of the real action; what the service does not read may be left out.
  const quote = stub.when('pricing.quote').reply({ price: 7 });

  expect(await orders.order({ item: 'lamp', amount: 2 }, stub.context())).toEqual({ total: 14 });
  expect(quote.calls).toMatchObject([{ params: { item: 'lamp' } }]);
  expect(stub.emitted).toMatchObject([{ event: 'shop.ordered', payload: { item: 'lamp', total: 14 } }]);
});

it('passes on why there is no price, and tells of nothing', async () => {
  stub.when('pricing.quote').rejects(new MoleculerClientError('no such item', 404, 'NO_ITEM'));

  const order = orders.order({ item: 'unicorn', amount: 1 }, stub.context());
  await expect(order).rejects.toMatchObject({ code: 404, type: 'NO_ITEM' });
  expect(stub.emitted).toEqual([]);
});
