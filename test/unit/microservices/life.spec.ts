import { Controller, Get, Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { ServiceNotAvailableError } from '../../../lib/errors/service.error.js';
import { MoleculerServer } from '../../../lib/microservices/moleculer.server.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { recordLogs } from '../logs.fixture.js';
import { hybrid, standalone } from './apps.fixture.js';
import { failure } from './patterns.fixture.js';

const logs = recordLogs();

describe('life', () => {
  @Controller()
  class Math {
    @MessagePattern('math.one') one(): number {
      return 1;
    }
    @Get() http(): number {
      return 2;
    }
  }
  @Service('other')
  class Other {
    @Action() two(): number {
      return 2;
    }
    @Event('e') e(): void {}
  }

  it('a hybrid application serves patterns and classes; its microservice may go before it', async () => {
    const { broker, microservice } = await hybrid([Math], {
      providers: [Other],
      broker: { registry: { stopDelay: 0 } },
    });
    expect([await broker.call<number>('math.one'), await broker.call<number>('other.two')]).toEqual([1, 2]);
    await microservice.close();
    expect(await failure(broker, 'math.one')).toBeInstanceOf(ServiceNotAvailableError);
    expect(await broker.call<number>('other.two')).toBe(2);
  });

  it('when the whole application closes, local calls work to the end', async () => {
    const { app, broker } = await hybrid([Math]);
    const server = (app as any).httpAdapter;
    const original = server.close.bind(server);
    let answer: unknown;
    server.close = async () => {
      answer = await broker.call<number>('math.one');
      return original();
    };
    await app.close();
    expect(answer).toBe(1);
  });

  it('the broker may come from the microservice’s own container', async () => {
    const app = await NestFactory.createMicroservice<any>(
      { module: class {}, imports: [MoleculerModule.forRoot()], controllers: [Math], providers: [Other] },
      {
        inject: [ServiceBroker],
        useFactory: (broker: ServiceBroker): MicroserviceOptions => ({
          strategy: new MoleculerServer(broker),
        }),
        abortOnError: false,
      } as any,
    );
    await app.listen();
    const broker = app.get(ServiceBroker);
    expect([await broker.call<number>('math.one'), await broker.call<number>('other.two')]).toEqual([1, 2]);
    await app.close();
  });

  it('a broker made from options starts and stops with the microservice', async () => {
    const { app, broker } = await standalone([Math], { nodeID: 'alone' });
    expect(broker.nodeID).toBe('alone');
    expect(await broker.call<number>('math.one')).toBe(1);
    expect(await broker.call<unknown[]>('$node.list')).toHaveLength(1);
    const statuses: string[] = [];
    let completed = false;
    app.status.subscribe({ next: (s) => statuses.push(s), complete: () => (completed = true) });
    await app.close();
    expect(statuses).toEqual(['connected', 'disconnected']);
    expect(completed).toBe(true);
    expect(logs.texts()).toContain(`Node 'alone' stopped`);
  });

  it('classes as options are made; such as inject something are refused', async () => {
    class First extends LoadBalanceStrategy {
      override select<E>(endpoints: readonly E[]): E {
        return endpoints[0];
      }
    }
    @Injectable()
    class Needy extends First {
      constructor(readonly needs: object) {
        super();
      }
    }
    const { broker } = await standalone([Math], { registry: { strategy: First } });
    expect(await broker.call<number>('math.one')).toBe(1);
    const error = await standalone([Math], { registry: { strategy: Needy } }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BrokerOptionsError);
    expect((error as Error).message).toMatch(/Needy injects/);
  });

  it('wrong options are an error of listen', async () => {
    const error = await standalone([Math], { transporter: 'Rediss' } as never).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BrokerOptionsError);
  });

  it('tells of the broker’s events, and gives the broker once it listens', async () => {
    const told: unknown[] = [];
    const early = new MoleculerServer({});
    expect(() => early.unwrap()).toThrow(/has no broker yet/);
    const { server, broker } = await hybrid([Math], {
      prepare: (_app, prepared) => prepared.on('$broker.started', (payload) => told.push(payload)),
    });
    expect(server.unwrap()).toBe(broker);
    expect(told).toEqual([{}]);
    const error = await new Promise((resolve) => void server.listen(resolve));
    expect((error as Error).message).toMatch(/listens already/);
  });
});
