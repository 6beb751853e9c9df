import { Controller, type INestApplicationContext, type INestMicroservice, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  Ctx,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  RpcException,
} from '@nestjs/microservices';
import { type Context, MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import { MoleculerClient, MoleculerServer } from 'nestjs-moleculer/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, VERSIONS } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { waitUntil } from '../support/wait-until.js';

/** The types of `EventPattern` want each handler to take data, of type `{}`. */
const OnEvent = EventPattern as (pattern: unknown, extras?: object) => MethodDecorator;

const heard: { data: unknown; from: string; groups: string[] | null }[] = [];

@Controller()
class Bridged {
  @MessagePattern('bridged.sum') sum(
    @Payload() { a, b }: { a: number; b: number },
    @Ctx() ctx: Context,
  ): object {
    return { sum: a + b, caller: ctx.nodeID, user: ctx.meta['user'] };
  }
  @MessagePattern({ cmd: 'difference' }) difference({ a, b }: { a: number; b: number }): number {
    return a - b;
  }
  @MessagePattern('bridged.refuse') refuse(): never {
    throw new RpcException({ code: 409, type: 'TAKEN', message: 'taken', data: { by: 'Ada' } });
  }
  @OnEvent('bridged.*') event(@Payload() data: unknown, @Ctx() ctx: Context): void {
    heard.push({ data, from: ctx.nodeID, groups: ctx.eventGroups });
  }
}

beforeAll(() => Logger.overrideLogger(false));

describe.each(VERSIONS)('the bridge and Moleculer 0.$version', ({ version }) => {
  const cluster = new Cluster({ label: 'bridge', version });
  const place = { namespace: cluster.namespace, transporter: cluster.url };
  let peer: Peer;
  let server: INestMicroservice;
  let app: INestApplicationContext;
  let client: MoleculerClient;

  beforeAll(async () => {
    peer = await cluster.peer();
    server = await NestFactory.createMicroservice<MicroserviceOptions>(
      { module: class {}, controllers: [Bridged] },
      { strategy: new MoleculerServer({ ...place, nodeID: 'bridged-1' }), abortOnError: false },
    );
    await server.listen();
    app = await NestFactory.createApplicationContext(
      { module: class {}, imports: [MoleculerModule.forRoot(place)] },
      { abortOnError: false },
    );
    const broker = app.get(ServiceBroker);
    client = ClientProxyFactory.create({
      customClass: MoleculerClient,
      options: { broker },
    }) as MoleculerClient;
    await Promise.all([
      peer.waitForServices(['bridged', '{"cmd":"difference"}']),
      broker.waitForServices('echo'),
    ]);
  });
  afterAll(async () => {
    await app.close();
    await server.close();
    await cluster.close();
  });

  it('its nodes call patterns, text and object, and get errors with their fields', async () => {
    const params = { a: 5, b: 3 };
    expect(await peer.call('bridged.sum', params, { meta: { user: 'Ada' } })).toEqual({
      sum: 8,
      caller: peer.nodeID,
      user: 'Ada',
    });
    expect(await peer.call('{"cmd":"difference"}', params)).toBe(2);
    const { error } = await peer.outcome('bridged.refuse');
    expect(error).toMatchObject({ message: 'taken', code: 409, type: 'TAKEN', data: { by: 'Ada' } });
  });

  it('its events arrive, for our group and for all', async () => {
    heard.length = 0;
    await peer.emit('bridged.happened', { id: 1 });
    await peer.emit('bridged.not-for-us', { id: 2 }, { groups: ['others'] });
    await peer.broadcast('bridged.for-all', { id: 3 });
    await waitUntil('two events', () => heard.length >= 2);
    expect(heard.map(({ data, from }) => [data, from])).toEqual([
      [{ id: 1 }, peer.nodeID],
      [{ id: 3 }, peer.nodeID],
    ]);
  });

  it('our client calls its actions and gets its errors', async () => {
    const answer = await firstValueFrom(client.send<{ nodeID: string }>('greeter.whoami', {}));
    expect(answer.nodeID).toBe(peer.nodeID);
    const error = await firstValueFrom(client.send('fail.client', {})).catch((e: unknown) => e);
    expect(error).toMatchObject({
      name: 'MoleculerClientError',
      code: 403,
      type: 'MY_CLIENT',
      data: { a: 5 },
    });
  });

  it('our client sends it events', async () => {
    await lastValueFrom(client.emit('ev.bridged', { id: 4 }));
    const [event] = await peer.waitForEvents('ev.bridged');
    expect(event).toMatchObject({ params: { id: 4 }, eventType: 'emit', meta: {} });
  });

  it('when it closes, its patterns leave the cluster with it', async () => {
    const other = await NestFactory.createMicroservice<MicroserviceOptions>(
      { module: class {}, controllers: [Bridged] },
      { strategy: new MoleculerServer({ ...place, nodeID: 'bridged-2' }), abortOnError: false },
    );
    await other.listen();
    await peer.waitForEndpoints('bridged.sum', 2);
    await other.close();
    await peer.waitForEndpoints('bridged.sum', 1);
    await peer.waitForNode('bridged-2', false);
  });
});
