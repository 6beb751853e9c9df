import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { filter, firstValueFrom, startWith } from 'rxjs';
import { redisUrl } from '../redis-url.js';

const transporter = await redisUrl();
const namespace = `sample-02-${process.pid}`; // others on this Redis do not see us, nor we them

@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'caller', namespace, transporter })] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const broker = app.get(ServiceBroker);

const env = { ...process.env, REDIS_URL: transporter };
const [one, two] = ['worker-1', 'worker-2'].map((nodeID) =>
  fork(new URL('./worker.js', import.meta.url), [nodeID, namespace], { env }),
);

async function askFour(): Promise<void> {
  for (const n of [97, 98, 99, 101]) {
    const { prime, by } = await broker.call('primes.test', { n });
    console.log(`${n} is ${prime ? 'a prime' : 'no prime'}, says ${by}`);
  }
}

/** Waits until so many nodes serve `primes.test`. Nobody is told of addresses: nodes find each other. */
async function workers(count: number): Promise<void> {
  const { registry } = broker;
  const serving = () =>
    registry.actions({ withEndpoints: true }).find((a) => a.name === 'primes.test')?.count;
  await firstValueFrom(
    registry.changes().pipe(
      startWith(null),
      filter(() => serving() === count),
    ),
  );
}

await workers(2);
console.log('Two workers: calls are shared between them.');
await askFour();

one.disconnect();
await Promise.all([once(one, 'exit'), workers(1)]);
console.log('worker-1 has left: the other goes on.');
await askFour();

two.disconnect();
await once(two, 'exit');
await app.close();
