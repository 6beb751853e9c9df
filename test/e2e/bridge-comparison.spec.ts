import {
  Controller,
  type INestApplicationContext,
  Logger,
  Module,
  NotFoundException,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  type RedisOptions,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import {
  MoleculerClientError,
  MoleculerError,
  MoleculerModule,
  ServiceBroker,
  ServiceNotFoundError,
} from 'nestjs-moleculer';
import { MoleculerClient, MoleculerServer } from 'nestjs-moleculer/microservices';
import { firstValueFrom, from, lastValueFrom, timeout, TimeoutError, toArray } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** The types of `EventPattern` want each handler to take data, of type `{}`. */
const OnEvent = EventPattern as (pattern: unknown, extras?: object) => MethodDecorator;

/** One application, two instances of it, one Redis: where moving it over changes what it does. */

beforeAll(() => Logger.overrideLogger(false));

const calls: string[] = [];
const heard: string[] = [];
beforeEach(() => void (calls.length = heard.length = 0));

function instance(id: string, name: string): Type {
  @Controller()
  class Sums {
    @MessagePattern(`${name}.sum`) sum(numbers: number[]): number {
      calls.push(id);
      return numbers.reduce((a, b) => a + b, 0);
    }
    @MessagePattern(`${name}.fail`) fail(): never {
      throw Object.assign(new Error('secret detail'), { code: 404 });
    }
    @MessagePattern(`${name}.http`) http(): never {
      throw new NotFoundException('no user 7');
    }
    @MessagePattern(`${name}.rpc`) rpc(): never {
      throw new RpcException({ code: 409, type: 'TAKEN', message: 'taken', data: { by: 'Ada' } });
    }
    @MessagePattern(`${name}.several`) several(): unknown {
      return from([1, 2, 3]);
    }
    @OnEvent(`${name}.happened`) happened(): void {
      heard.push(id);
    }
  }
  @Module({ controllers: [Sums] })
  class SumsModule {}
  return SumsModule;
}

async function serve(id: string, name: string, options: MicroserviceOptions) {
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(instance(id, name), {
    ...options,
    logger: false,
    abortOnError: false,
  });
  await server.listen();
  return server;
}

const failure = (client: ClientProxy, pattern: string): Promise<any> =>
  firstValueFrom(client.send(pattern, {})).then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );

async function callTenTimes(client: ClientProxy, name: string): Promise<void> {
  for (let i = 0; i < 10; i++) expect(await firstValueFrom(client.send(`${name}.sum`, [1, 2]))).toBe(3);
}

describe('@nestjs/microservices over Redis', () => {
  const name = uniqueNamespace('side');
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
  const servers: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    for (const id of ['a', 'b']) servers.push(await serve(id, name, options));
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
    for (const server of servers) await server.close();
  });

  it('10 calls are 20 executions', async () => {
    await callTenTimes(client, name);
    await waitUntil('20 executions', () => calls.length === 20);
  });

  it('1 event is 2 executions', async () => {
    client.emit(`${name}.happened`, {});
    await waitUntil('2 executions', () => heard.length === 2);
  });

  it('errors arrive as objects that are none, without what they said', async () => {
    for (const pattern of ['fail', 'http']) {
      const error = await failure(client, `${name}.${pattern}`);
      expect(error).not.toBeInstanceOf(Error);
      expect(error).toEqual({ status: 'error', message: 'Internal server error' });
    }
    expect(await failure(client, `${name}.rpc`)).not.toBeInstanceOf(Error);
  });

  it('a call that nobody serves has no answer and no error within 2.5 s', async () => {
    const answer = firstValueFrom(client.send(`${name}.nobody`, {}).pipe(timeout(2500)));
    await expect(answer).rejects.toBeInstanceOf(TimeoutError);
  });

  it('several values arrive, here from each instance', async () => {
    const values = await lastValueFrom(client.send<number>(`${name}.several`, {}).pipe(toArray()));
    expect(values).toEqual(expect.arrayContaining([1, 2, 3]));
  });
});

describe('the same with MoleculerServer and MoleculerClient', () => {
  const name = uniqueNamespace('side');
  const place = { namespace: name, transporter: redisUrl() };
  const servers: { close(): Promise<unknown> }[] = [];
  let app: INestApplicationContext;
  let client: ClientProxy;

  beforeAll(async () => {
    for (const id of ['a', 'b']) {
      servers.push(await serve(id, name, { strategy: new MoleculerServer({ nodeID: id, ...place }) }));
    }
    const imports = [MoleculerModule.forRoot(place)];
    app = await NestFactory.createApplicationContext(
      { module: class {}, imports },
      { logger: false, abortOnError: false },
    );
    const broker = app.get(ServiceBroker);
    client = ClientProxyFactory.create({ customClass: MoleculerClient, options: { broker } });
    const instances = () =>
      broker.registry.actions({ withEndpoints: true }).find((action) => action.name === `${name}.sum`)?.count;
    await waitUntil('both instances', () => instances() === 2);
  });
  afterAll(async () => {
    await app.close();
    for (const server of servers) await server.close();
  });

  it('10 calls are 10 executions, five each', async () => {
    await callTenTimes(client, name);
    expect(calls.sort().join('')).toBe('aaaaabbbbb');
  });

  it('1 event is 1 execution', async () => {
    // What was sent first has arrived when the second is there: the two instances take turns.
    client.emit(`${name}.happened`, {});
    client.emit(`${name}.happened`, {});
    await waitUntil('one each', () => heard.length >= 2);
    await callTenTimes(client, name);
    expect(heard.sort()).toEqual(['a', 'b']);
  });

  it('errors arrive as errors, with all that they said', async () => {
    const plain = await failure(client, `${name}.fail`);
    expect(plain).toBeInstanceOf(Error);
    expect(plain).toMatchObject({ message: 'secret detail', code: 404 });
    const http = await failure(client, `${name}.http`);
    expect(http).toBeInstanceOf(MoleculerClientError);
    expect(http).toMatchObject({
      message: 'no user 7',
      code: 404,
      type: 'NOT_FOUND',
      data: { statusCode: 404, message: 'no user 7' },
    });
    const rpc = await failure(client, `${name}.rpc`);
    expect(rpc).toBeInstanceOf(MoleculerError);
    expect(rpc).toMatchObject({ message: 'taken', code: 409, type: 'TAKEN', data: { by: 'Ada' } });
  });

  it('a call that nobody serves fails at once', async () => {
    // At once: before anything else could have happened.
    const first = await Promise.race([
      failure(client, `${name}.nobody`),
      new Promise((resolve) => setImmediate(resolve)),
    ]);
    expect(first).toBeInstanceOf(ServiceNotFoundError);
  });

  it('several values are refused, and the error says what to do', async () => {
    const error = await failure(client, `${name}.several`);
    expect(error).toMatchObject({ code: 501, type: 'SEVERAL_VALUES', data: { action: `${name}.several` } });
    expect(error.message).toMatch(/toArray/);
  });
});
