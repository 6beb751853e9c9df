import { Global, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import type { Context } from '../../../lib/context/context.js';
import type { EventMessage, ServiceClient } from '../../../lib/context/contract.types.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { EventStream } from '../../../lib/decorators/event-stream.decorator.js';
import { InjectService } from '../../../lib/decorators/inject-service.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import * as tokens from '../../../lib/moleculer.tokens.js';
import { eachApp, Greeter } from './module.fixture.js';

const start = eachApp();

describe('@InjectService', () => {
  it('needs no registration, even if the decorator ran after forRoot', async () => {
    const root = MoleculerModule.forRoot();
    @Injectable()
    class Late {
      constructor(@InjectService('greeter') readonly greeter: ServiceClient<Greeter>) {}
    }
    const started = await start({ imports: [root], providers: [Greeter, Late] });
    expect(await started.get(Late).greeter.hello({ name: 'Bob' })).toBe('Hello Bob');
  });

  it('has no client in lazily loaded modules, where broker.client() serves', async () => {
    const started = await start({ imports: [MoleculerModule.forRoot()], providers: [Greeter] });
    @Injectable()
    class Lazy {
      constructor(readonly broker: ServiceBroker) {}
    }
    @Module({ providers: [Lazy] })
    class LazyModule {}
    const lazy = (await started.get(LazyModuleLoader).load(() => LazyModule)).get(Lazy);
    expect(await lazy.broker.client<Greeter>('greeter').hello({ name: 'Eve' })).toBe('Hello Eve');
  });

  it('names client and broker in the error for an unknown broker', async () => {
    @Injectable()
    class User {
      constructor(@InjectService('mail', 'nowhere') readonly mail: object) {}
    }
    await expect(start({ imports: [MoleculerModule.forRoot()], providers: [User] })).rejects.toThrow(
      /User.*client of service 'mail', from MoleculerModule\.forRoot\(\{ name: 'nowhere' \}\)/s,
    );
  });
});

describe('@EventStream', () => {
  const make = (seen: string[]) => {
    @Injectable()
    class Listener {
      @EventStream('order.**') readonly orders$!: Observable<EventMessage<{ n: number }>>;
      onModuleInit() {
        this.orders$.subscribe({
          next: ({ event, payload }) => seen.push(`${event} ${payload.n}`),
          complete: () => seen.push('complete'),
        });
      }
    }
    return Listener;
  };

  it('is there in onModuleInit, also of a global module that comes first, and completes when the app stops', async () => {
    const seen: string[] = [];
    const Listener = make(seen);
    @Global()
    @Module({ providers: [Listener] })
    class First {}
    const started = await start({ imports: [First, MoleculerModule.forRoot()] });
    await started.get(ServiceBroker).emit('order.made', { n: 1 });
    expect(seen).toEqual(['order.made 1']);
    await started.close();
    expect(seen).toEqual(['order.made 1', 'complete']);
  });

  it('reaches instances made by factories', async () => {
    const seen: string[] = [];
    const Listener = make(seen);
    const started = await start({
      imports: [MoleculerModule.forRoot()],
      providers: [{ provide: 'x', useFactory: () => new Listener() }],
    });
    await started.get(ServiceBroker).emit('order.made', { n: 2 });
    expect(seen).toEqual(['order.made 2']);
  });

  it('comes from the broker of the class', async () => {
    const seen: string[] = [];
    @Service({ broker: 'two' })
    class Listener {
      @EventStream('tick') readonly ticks$!: Observable<EventMessage>;
      onModuleInit() {
        this.ticks$.subscribe(({ sender }) => seen.push(sender));
      }
    }
    const imports = [
      MoleculerModule.forRoot({ nodeID: 'one' }),
      MoleculerModule.forRoot({ name: 'two', nodeID: 'two' }),
    ];
    const started = await start({ imports, providers: [Listener] });
    await started.get(ServiceBroker).emit('tick');
    await started.get<ServiceBroker>(tokens.getBrokerToken('two') as string).emit('tick');
    expect(seen).toEqual(['two']);
  });

  it('is undefined in a class that is tested without a broker', async () => {
    const Listener = make([]);
    delete (Listener.prototype as { onModuleInit?: unknown }).onModuleInit;
    const plain = await Test.createTestingModule({ providers: [Listener] }).compile();
    expect(plain.get(Listener).orders$).toBeUndefined();
  });
});

it('injects the Context into request-scoped providers', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class Who {
    constructor(@Inject(tokens.CONTEXT) readonly ctx: Context) {}
  }
  @Service('s')
  class S {
    constructor(private readonly who: Who) {}
    @Action() go() {
      return this.who.ctx.meta['user'];
    }
  }
  const started = await start({ imports: [MoleculerModule.forRoot()], providers: [S, Who] });
  expect(await started.get(ServiceBroker).call('s.go', {}, { meta: { user: 'me' } })).toBe('me');
});
