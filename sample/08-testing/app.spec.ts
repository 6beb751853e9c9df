/// <reference types="vitest/globals" />
// The service as its callers see it, in an application without transporter: what others serve is made up.
import { Test, type TestingModule } from '@nestjs/testing';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { captureEvents, mockAction } from 'nestjs-moleculer/testing';
import { OrdersService } from './orders.service.js';

let app: TestingModule;
let broker: ServiceBroker;

beforeEach(async () => {
  app = await Test.createTestingModule({
    imports: [MoleculerModule.forRoot()],
    providers: [OrdersService],
  }).compile();
  await app.init();
  broker = app.get(ServiceBroker);
});
afterEach(() => app.close());

it('takes an order', async () => {
  const prices: Record<string, number> = { lamp: 7, desk: 90 };
  mockAction('pricing.quote')
    .returns(({ item }) => ({ price: prices[item] }))
    .on(app);
  const events = captureEvents(app);

  expect(await broker.call('shop.order', { item: 'desk', amount: 2 })).toEqual({ total: 180 });
  const { payload } = await events.next('shop.ordered');
  expect(payload.total).toBe(180);
});

it('refuses an order of nothing before it asks for a price', async () => {
  const quote = mockAction('pricing.quote').returns({ price: 7 }).on(app);

  await expect(broker.call('shop.order', { item: 'lamp', amount: 0 })).rejects.toMatchObject({ code: 422 });
  expect(quote.calls).toEqual([]);
});
