import { expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/index.js';
import { captureEvents, mockAction } from '../../../lib/testing/index.js';
import { Client, clusters, Server } from './test-cluster.fixture.js';
const start = clusters();
it('mocks and captures bound to a cluster hold for all its brokers, also those that start later', async () => {
  const cluster = await start();
  const mock = mockAction('prices.get').returns(7).on(cluster);
  const events = captureEvents(cluster);
  for (const node of [Server, Client])
    expect(await cluster.get(node, ServiceBroker).call('prices.get')).toBe(7);
  await cluster.crash(Client);
  await cluster.restart(Client);
  expect(await cluster.get(Client, ServiceBroker).call('prices.get')).toBe(7);
  await cluster.get(Client, ServiceBroker).emit('number', 3);
  expect(await events.next('number')).toMatchObject({ payload: 3 });
  expect(mock.calls).toHaveLength(3);
});
