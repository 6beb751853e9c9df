import * as after from './after.js';
import * as before from './before.js';
import { Gateway } from './gateway.service.js';
import { done } from './orders.controller.js';

const said = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : `no Error, but ${JSON.stringify(error)}`;

async function run(title: string, { startOrders, startGateway }: typeof before): Promise<void> {
  done.placed = done.mailed = 0;
  const instances = [await startOrders(), await startOrders()];
  const app = await startGateway();
  const gateway = app.get(Gateway);

  for (const item of ['tea', 'cup', 'pot', 'jug']) await gateway.order(item);
  console.log(`${title}: the total is ${await gateway.total([1, 2, 3])}.`);
  console.log(`Out of stock is ${await gateway.order('anvil').catch(said)}`);
  console.log(`Nobody there is ${await gateway.lost().catch(said)}`);

  await app.close();
  for (const instance of instances) await instance.close();
  console.log(`4 orders by two instances: placed ${done.placed} times, mailed ${done.mailed} times.`);
}

await run('Redis transport of Nest', before);
await run('Nodes of Moleculer', after);
