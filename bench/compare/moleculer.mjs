import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Action, Event, MoleculerModule, Service, ServiceBroker } from 'nestjs-moleculer';
import { filter, firstValueFrom, startWith } from 'rxjs';
import { decorate } from '../contenders/decorate.mjs';
import { Counts, fail, INSTANCES, seen } from './counts.mjs';

/** @param {string} url of a Redis */
export async function measureMoleculer(url) {
  const options = { namespace: `compare-${process.pid}-${Date.now()}`, transporter: url };
  const counts = new Counts();
  const apps = [];
  try {
    for (const instance of INSTANCES) apps.push(await start(options, services(instance, counts)));
    apps.push(await start(options, []));
    const broker = apps.at(-1).get(ServiceBroker);
    await bothSeen(broker);
    /** Until all is through that was sent before. */
    const through = async () => {
      await broker.broadcast('end');
      await counts.reached('end', INSTANCES);
    };

    for (let i = 0; i < 10; i++) {
      const sum = await broker.call('sums.sum', [1, 2]);
      if (sum !== 3) throw new Error(`sum gave ${sum}`);
    }
    await through();
    const calls = counts.take('sum');

    await broker.emit('happened');
    await through();
    const event = { sums: counts.take('sums'), audit: counts.take('audit') };

    await broker.broadcast('happened');
    await through();
    const broadcast = { sums: counts.take('sums'), audit: counts.take('audit') };

    const error = await broker.call('sums.fail').catch(seen);
    return { calls, event, broadcast, error, unserved: await unserved(broker, 'sums.nobody') };
  } finally {
    for (const app of apps.reverse()) await app.close();
  }
}

/** A service, and another that listens to the same event. */
function services(instance, counts) {
  class Sums {
    sum(numbers) {
      counts.note('sum', instance);
      return numbers.reduce((a, b) => a + b, 0);
    }
    fail() {
      fail();
    }
    happened() {
      counts.note('sums', instance);
    }
    end() {
      counts.note('end', instance);
    }
  }
  decorate(Sums, 'sum', Action());
  decorate(Sums, 'fail', Action());
  decorate(Sums, 'happened', Event());
  decorate(Sums, 'end', Event());
  Service('sums')(Sums);

  class Audit {
    happened() {
      counts.note('audit', instance);
    }
  }
  decorate(Audit, 'happened', Event());
  Service('audit')(Audit);
  return [Sums, Audit];
}

function start(options, providers) {
  class AppModule {}
  Module({ imports: [MoleculerModule.forRoot(options)], providers })(AppModule);
  return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
}

/** Until the caller knows both instances. */
async function bothSeen({ registry }) {
  const sums = () => registry.actions({ withEndpoints: true }).find(({ name }) => name === 'sums.sum');
  await firstValueFrom(
    registry.changes().pipe(
      startWith(null),
      filter(() => sums()?.count === INSTANCES.length),
    ),
  );
}

/** How a call ends that nobody serves, and whether it did before anything else could happen. */
async function unserved(broker, action) {
  const called = broker.call(action).catch((e) => e);
  const turn = new Promise((resolve) => setImmediate(resolve));
  const atOnce = (await Promise.race([called, turn])) !== undefined;
  return { error: (await called).constructor.name, atOnce };
}
