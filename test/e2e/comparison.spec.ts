import { Controller, type INestApplicationContext, Logger, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  type RedisOptions,
  Transport,
} from '@nestjs/microservices';
import {
  Action,
  Event,
  MoleculerModule,
  Service,
  ServiceBroker,
  ServiceNotFoundError,
} from 'nestjs-moleculer';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** What the table of the README says, measured: two instances of one service in one process, one Redis, default options. */

const calls: string[] = [];
const heard: string[] = [];

beforeAll(() => Logger.overrideLogger(false));

function failure(): never {
  throw Object.assign(new Error('secret detail'), { code: 404 });
}

describe('@nestjs/microservices over Redis', () => {
  // Its channels are the bare names.
  const name = uniqueNamespace('compare');
  const { hostname: host, port, password, username } = new URL(redisUrl());
  const options: RedisOptions = {
    transport: Transport.REDIS,
    options: {
      host,
      port: Number(port || 6379),
      ...(password && { password: decodeURIComponent(password) }),
      ...(username && { username: decodeURIComponent(username) }),
    },
  };
  const client = ClientProxyFactory.create(options);
  const instances: { close(): Promise<unknown> }[] = [];

  function instance(id: string): Type {
    @Controller()
    class Sums {
      @MessagePattern(`${name}.sum`) sum(numbers: number[]): number {
        calls.push(id);
        return numbers.reduce((a, b) => a + b, 0);
      }
      @MessagePattern(`${name}.fail`) fail(): never {
        return failure();
      }
      @EventPattern(`${name}.happened`) happened(_data: object): void {
        heard.push(id);
      }
    }
    @Module({ controllers: [Sums] })
    class SumsModule {}
    return SumsModule;
  }

  beforeAll(async () => {
    for (const id of ['a', 'b']) {
      const service = await NestFactory.createMicroservice<MicroserviceOptions>(instance(id), {
        ...options,
        logger: false,
        abortOnError: false,
      });
      await service.listen();
      instances.push(service);
    }
    await client.connect();
    calls.length = heard.length = 0;
  });
  afterAll(async () => {
    await client.close();
    for (const service of instances) await service.close();
  });

  it('10 calls are 20 executions', async () => {
    for (let i = 0; i < 10; i++) {
      expect(await firstValueFrom(client.send<number>(`${name}.sum`, [1, 2]))).toBe(3);
    }
    await waitUntil('20 executions', () => calls.length === 20);
  });

  it('1 event is 2 executions', async () => {
    await firstValueFrom(client.emit(`${name}.happened`, {}), { defaultValue: null });
    await waitUntil('2 executions', () => heard.length === 2);
  });

  it('an error arrives as an object that is no error, without its message and code', async () => {
    const error: unknown = await firstValueFrom(client.send(`${name}.fail`, {})).catch((e: unknown) => e);
    expect(error).not.toBeInstanceOf(Error);
    expect(error).toEqual({ status: 'error', message: 'Internal server error' });
  });

  it('a call that nobody serves has no answer and no error within 2.5 s', async () => {
    const answer = firstValueFrom(client.send(`${name}.nobody`, {}).pipe(timeout(2500)));
    await expect(answer).rejects.toBeInstanceOf(TimeoutError);
  });
});

describe('nestjs-moleculer over Redis', () => {
  const namespace = uniqueNamespace('compare');
  const apps: INestApplicationContext[] = [];
  let broker: ServiceBroker;

  async function start(nodeID: string, providers: Type[]): Promise<INestApplicationContext> {
    const imports = [MoleculerModule.forRoot({ nodeID, namespace, transporter: redisUrl() })];
    const app = await NestFactory.createApplicationContext(
      { module: class {}, imports, providers },
      { logger: false, abortOnError: false },
    );
    apps.push(app);
    return app;
  }

  function instance(id: string): Type {
    @Service('sums')
    class Sums {
      @Action() sum(numbers: number[]): number {
        calls.push(id);
        return numbers.reduce((a, b) => a + b, 0);
      }
      @Action() fail(): never {
        return failure();
      }
      @Event() happened(): void {
        heard.push(id);
      }
    }
    return Sums;
  }

  beforeAll(async () => {
    for (const id of ['a', 'b']) await start(id, [instance(id)]);
    broker = (await start('caller', [])).get(ServiceBroker);
    const instances = () =>
      broker.registry.actions({ withEndpoints: true }).find(({ name }) => name === 'sums.sum')?.count;
    await waitUntil('both instances', () => instances() === 2);
    calls.length = heard.length = 0;
  });
  afterAll(async () => {
    for (const app of apps.reverse()) await app.close();
  });

  it('10 calls are 10 executions, five each', async () => {
    for (let i = 0; i < 10; i++) expect(await broker.call<number>('sums.sum', [1, 2])).toBe(3);
    expect(calls.sort().join('')).toBe('aaaaabbbbb');
  });

  it('1 event is 1 execution in its group; broadcast, all', async () => {
    await broker.emit('happened');
    await waitUntil('an execution', () => heard.length > 0);
    await broker.broadcast('happened');
    await waitUntil('all executions', () => heard.length >= 3);
    expect(heard).toHaveLength(3);
    expect(new Set(heard)).toEqual(new Set(['a', 'b']));
  });

  it('an error arrives as an error, with its message and code', async () => {
    const error: unknown = await broker.call('sums.fail').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message: 'secret detail', code: 404 });
  });

  it('a call that nobody serves fails at once', async () => {
    // At once: before anything else could have happened.
    const first = await Promise.race([
      broker.call('sums.nobody').catch((e: unknown) => e),
      new Promise((resolve) => setImmediate(resolve)),
    ]);
    expect(first).toBeInstanceOf(ServiceNotFoundError);
  });
});
