import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { decorate } from '../contenders/decorate.mjs';
import { Counts, fail, INSTANCES, seen } from './counts.mjs';

/** @param {string} url of a Redis */
export async function measureMicroservices(url) {
  // Its channels are the bare names.
  const name = `compare-${process.pid}-${Date.now()}`;
  const settings = { transport: Transport.REDIS, options: redisOptions(url) };
  const counts = new Counts();
  const client = ClientProxyFactory.create(settings);
  const services = [];
  const emit = (event) => firstValueFrom(client.emit(`${name}.${event}`, {}), { defaultValue: null });
  /** Until all is through that was sent before. */
  const through = async () => {
    await emit('end');
    await counts.reached('end', INSTANCES);
  };
  try {
    for (const instance of INSTANCES) services.push(await serve(instance, name, settings, counts));
    await client.connect();

    for (let i = 0; i < 10; i++) {
      const sum = await firstValueFrom(client.send(`${name}.sum`, [1, 2]));
      if (sum !== 3) throw new Error(`sum gave ${sum}`);
    }
    await through();
    const calls = counts.take('sum');

    await emit('happened');
    await through();
    const event = counts.take('happened');

    const error = await firstValueFrom(client.send(`${name}.fail`, {})).catch(seen);
    return { calls, event, error, unserved: await unserved(client, `${name}.nobody`) };
  } finally {
    await client.close();
    for (const service of services) await service.close();
  }
}

async function serve(instance, name, settings, counts) {
  class Sums {
    sum(numbers) {
      counts.note('sum', instance);
      return numbers.reduce((a, b) => a + b, 0);
    }
    fail() {
      fail();
    }
    happened() {
      counts.note('happened', instance);
    }
    end() {
      counts.note('end', instance);
    }
  }
  decorate(Sums, 'sum', MessagePattern(`${name}.sum`));
  decorate(Sums, 'fail', MessagePattern(`${name}.fail`));
  decorate(Sums, 'happened', EventPattern(`${name}.happened`));
  decorate(Sums, 'end', EventPattern(`${name}.end`));
  Controller()(Sums);
  class SumsModule {}
  Module({ controllers: [Sums] })(SumsModule);
  const app = await NestFactory.createMicroservice(SumsModule, {
    ...settings,
    logger: false,
    abortOnError: false,
  });
  await app.listen();
  return app;
}

/** How a call ends that nobody serves: a name of a class, or how long nothing came, in seconds. */
async function unserved(client, pattern) {
  const ms = 2500;
  const error = await firstValueFrom(client.send(pattern, {}).pipe(timeout(ms))).catch((e) => e);
  return error instanceof TimeoutError ? { nothingFor: ms / 1000 } : { error: error.constructor.name };
}

/** A URL in the form that Nest's transporter takes. */
export function redisOptions(url) {
  const { hostname, port, username, password, protocol } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
