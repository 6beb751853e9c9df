import { Controller, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom, timeout } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import type { Context } from '../../../lib/context/context.js';
import { BrokerDisconnectedError, BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { RequestTimeoutError } from '../../../lib/errors/request.error.js';
import { ServiceNotFoundError } from '../../../lib/errors/service.error.js';
import { MoleculerRecord } from '../../../lib/microservices/moleculer-record.js';
import { MoleculerClient } from '../../../lib/microservices/moleculer.client.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import { waitUntil } from '../../support/wait-until.js';
import { recordLogs } from '../logs.fixture.js';
import { hybrid } from './apps.fixture.js';
import { OnEvent } from './patterns.fixture.js';

const logs = recordLogs();

const heard: unknown[] = [];
let running = 0;
let aborted = 0;

@Controller()
class Served {
  @MessagePattern('s.void') nothing(): void {}
  @MessagePattern('s.never') never(_data: unknown, @Ctx() ctx: Context): Promise<never> {
    running++;
    ctx.signal.addEventListener('abort', () => aborted++);
    return new Promise(() => undefined);
  }
  @MessagePattern('s.meta') meta(_data: unknown, @Ctx() ctx: Context): unknown {
    return { meta: ctx.meta, level: ctx.level, requestID: ctx.requestID };
  }
  @MessagePattern({ cmd: 'echo' }) echo(data: unknown): unknown {
    return data;
  }
  @OnEvent('s.event') event(@Payload() data: unknown, @Ctx() ctx: Context): void {
    heard.push(data, ctx.meta);
  }
  @OnEvent('s.event', { group: 'audit' }) audit(): void {
    heard.push('audit');
  }
  @OnEvent('s.endless') endless(): Promise<never> {
    heard.push('endless');
    return new Promise(() => undefined);
  }
  @OnEvent('s.failing') failing(): never {
    throw new Error('failed here');
  }
}

describe('send', () => {
  it('has an answer also where the handler has none', async () => {
    const { client } = await hybrid([Served]);
    expect(await firstValueFrom(client.send('s.void', {}))).toBeNull();
    expect(await firstValueFrom(client.send({ cmd: 'echo' }, [1, 'a']))).toEqual([1, 'a']);
  });

  it('ends with an error after the timeout, of the client or of the message', async () => {
    const { broker, client } = await hybrid([Served]);
    const impatient = new MoleculerClient({ broker, timeout: 10 });
    await expect(firstValueFrom(impatient.send('s.never', {}))).rejects.toBeInstanceOf(RequestTimeoutError);
    const record = new MoleculerRecord({}, { timeout: 10 });
    await expect(firstValueFrom(client.send('s.never', record))).rejects.toBeInstanceOf(RequestTimeoutError);
  });

  it('fails at once where nobody serves the action', async () => {
    const { client } = await hybrid([Served]);
    await expect(firstValueFrom(client.send('s.nobody', {}))).rejects.toBeInstanceOf(ServiceNotFoundError);
  });

  it('is given up by whoever unsubscribes; the handler learns of it', async () => {
    const { client } = await hybrid([Served]);
    aborted = running = 0;
    await expect(firstValueFrom(client.send('s.never', {}).pipe(timeout(10)))).rejects.toThrow();
    expect(aborted).toBe(1);
    const controller = new AbortController();
    const answer = firstValueFrom(
      client.send('s.never', new MoleculerRecord({}, { signal: controller.signal })),
    );
    await waitUntil('the handler', () => running === 2);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'RequestAbortedError' });
    expect(aborted).toBe(2);
  });

  // Nest 11 has no such hook.
  it.runIf('setOnDispatchHook' in ClientProxy.prototype)(
    'carries meta: of the client, of Nest’s dispatch hook, of the message',
    async () => {
      const { broker } = await hybrid([Served]);
      const client = new MoleculerClient({ broker, meta: { a: 1, b: 1, c: 1 } });
      const hooked = client as unknown as { setOnDispatchHook(hook: (packet: object) => object): void };
      hooked.setOnDispatchHook((packet) => Object.assign(packet, { metadata: { b: 2, c: 2 } }));
      const record = new MoleculerRecord({}, { meta: { c: 3 }, requestID: 'r' });
      expect(await firstValueFrom(client.send('s.meta', record))).toMatchObject({
        meta: { a: 1, b: 2, c: 3 },
        level: 1,
        requestID: 'r',
      });
    },
  );

  it('within a handler may be a child call', async () => {
    @Controller()
    class Parent {
      static client: MoleculerClient;
      @MessagePattern('p.ask') ask(_data: unknown, @Ctx() ctx: Context): unknown {
        return Parent.client.send('s.meta', new MoleculerRecord({}, { parentCtx: ctx }));
      }
    }
    const { client, broker } = await hybrid([Parent, Served], { server: { group: 'g' } });
    Parent.client = client;
    const opts = { requestID: 'chain', meta: { user: 'Ada' } };
    expect(await broker.call<unknown>('p.ask', {}, opts)).toEqual({
      meta: { user: 'Ada' },
      level: 2,
      requestID: 'chain',
    });
  });
});

describe('emit', () => {
  it('reaches each group, or those that were chosen', async () => {
    const { broker, client } = await hybrid([Served]);
    heard.length = 0;
    client.emit('s.event', { id: 1 });
    await waitUntil('both groups', () => heard.length === 3);
    expect(heard).toEqual(expect.arrayContaining([{ id: 1 }, {}, 'audit']));
    heard.length = 0;
    await lastValueFrom(new MoleculerClient({ broker, groups: 'audit' }).emit('s.event', {}));
    await lastValueFrom(client.emit('s.event', new MoleculerRecord({}, { groups: ['audit'] })));
    expect(heard).toEqual(['audit', 'audit']);
    heard.length = 0;
    await lastValueFrom(
      client.emit('s.event', new MoleculerRecord({ id: 2 }, { groups: 's', meta: { m: 1 } })),
    );
    expect(heard).toEqual([{ id: 2 }, { m: 1 }]);
  });

  it('is no failure when a handler fails', async () => {
    const { client } = await hybrid([Served]);
    await expect(lastValueFrom(client.emit('s.failing', {}))).resolves.toBeUndefined();
    await expect(lastValueFrom(client.emit('s.unheard', {}))).resolves.toBeUndefined();
  });
});

describe('emit fails', () => {
  it('where the payload cannot be sent to the node that hears it', async () => {
    const broker = { transporter: `memory://emit-${process.pid}` };
    await hybrid([Served], { broker });
    const { client, broker: sender } = await hybrid([], { broker });
    await sender.waitForServices('s');
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await expect(lastValueFrom(client.emit('s.event', circular))).rejects.toMatchObject({
      type: 'INVALID_PACKET_DATA',
    });
  });
});

describe('emit completes when the event was sent', () => {
  it('although a handler on this very node is still at it', async () => {
    const { client } = await hybrid([Served]);
    heard.length = 0;
    await lastValueFrom(client.emit('s.endless', {}));
    expect(heard).toEqual(['endless']);
  });
});

describe('a client', () => {
  it('needs a broker', () => {
    for (const options of [undefined, {}, { broker: {} }]) {
      expect(() => new MoleculerClient(options as never)).toThrow(BrokerOptionsError);
    }
  });

  it('may connect and send while the application is being made', async () => {
    const answers: unknown[] = [];
    @Injectable()
    class Early implements OnModuleInit {
      constructor(@Inject('CLIENT') private readonly client: ClientProxy) {}
      async onModuleInit(): Promise<void> {
        await this.client.connect();
        answers.push(await firstValueFrom(this.client.send('early.nobody', {})).catch((e: Error) => e.name));
      }
      async onApplicationBootstrap(): Promise<void> {
        answers.push(await this.client.connect());
      }
    }
    const imports = [
      MoleculerModule.forRoot(),
      ClientsModule.registerAsync([
        {
          name: 'CLIENT',
          inject: [ServiceBroker],
          useFactory: (broker: ServiceBroker) => ({ customClass: MoleculerClient, options: { broker } }),
        },
      ]),
    ];
    const app = await NestFactory.createApplicationContext(
      { module: class {}, imports, providers: [Early] },
      { abortOnError: false },
    );
    expect(answers).toEqual(['ServiceNotFoundError', app.get(ServiceBroker)]);
    expect(app.get<ClientProxy>('CLIENT').unwrap()).toBe(app.get(ServiceBroker));
    await app.close();
  });

  it('rejects connect where the cluster cannot be reached, and after the end', async () => {
    // Port 1 of this machine: nobody listens there.
    const broker = { transporter: 'redis://127.0.0.1:1', transit: { connectTimeout: 20 } };
    const { app, client } = await hybrid([Served], { broker });
    await expect(client.connect()).rejects.toBeInstanceOf(BrokerDisconnectedError);
    // What is here can be had all the same.
    expect(await firstValueFrom(client.send('s.void', {}))).toBeNull();
    await app.close();
    await expect(client.connect()).rejects.toMatchObject({ type: 'BROKER_STOPPED' });
  });

  it('tells its status, and of the broker’s events', async () => {
    const { app, client } = await hybrid([Served]);
    const told: unknown[] = [];
    const statuses: string[] = [];
    client.on('$broker.stopped', () => told.push('stopped'));
    client.status.subscribe((status) => statuses.push(status));
    await client.connect();
    await app.close();
    expect(told).toEqual(['stopped']);
    expect(statuses).toEqual(['connected', 'disconnected']);
  });

  it('is called back for the broker’s own events alone: others of that name are anybody’s', async () => {
    const { client, server, broker } = await hybrid([Served]);
    let called = 0;
    for (const one of [client, server]) one.on('error' as '$error', () => called++);
    await broker.emit('error', {});
    expect(called).toBe(0);
    expect(broker.registry.events().map(({ name }) => name)).not.toContain('error');
    expect(logs.texts('warn').filter((text) => text.includes("on('error')"))).toHaveLength(2);
  });
});
