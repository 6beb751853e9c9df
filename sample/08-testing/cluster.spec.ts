/// <reference types="vitest/globals" />
// Two applications on a simulated network and clock: what if the other node fails?
import { Module } from '@nestjs/common';
import { Action, MoleculerModule, Service, ServiceBroker } from 'nestjs-moleculer';
import { createTestCluster, mockAction, type TestCluster } from 'nestjs-moleculer/testing';
import { OrdersService } from './orders.service.js';

@Service('pricing')
class PricingService {
  @Action() quote(): { price: number } {
    return { price: 7 };
  }
}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'pricing' })], providers: [PricingService] })
class PricingModule {}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'shop' })], providers: [OrdersService] })
class ShopModule {}

let cluster: TestCluster;
let broker: ServiceBroker;

beforeEach(async () => {
  cluster = await createTestCluster({ nodes: [PricingModule, ShopModule], logger: false });
  broker = cluster.get(ShopModule, ServiceBroker);
});
afterEach(() => cluster.close());

const order = () => broker.call('shop.order', { item: 'lamp', amount: 2 });

it('asks the other node for the price', async () => {
  expect(await order()).toEqual({ total: 14 });
});

it('does without a node that crashed, and with it again when it is back', async () => {
  await cluster.crash('pricing');
  await cluster.advance('45s');
  await expect(order()).rejects.toMatchObject({ type: 'SERVICE_NOT_AVAILABLE' });
  await cluster.restart('pricing');
  expect(await order()).toEqual({ total: 14 });
});

it('gives up when no answer comes', async () => {
  cluster.drop({ from: 'pricing', type: 'RES' });
  await expect(cluster.run(order())).rejects.toMatchObject({ type: 'REQUEST_TIMEOUT' });
});

it('takes made-up answers on every node', async () => {
  mockAction('pricing.quote').returns({ price: 1 }).on(cluster);
  expect(await order()).toEqual({ total: 2 });
});
