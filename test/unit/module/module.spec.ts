import { Controller, Get, Global, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { APP_GUARD, LazyModuleLoader, ModuleRef, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import type { Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import type { Context } from '../../../lib/context/context.js';
import type { EventMessage, ServiceClient } from '../../../lib/context/contract.types.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { EventStream } from '../../../lib/decorators/event-stream.decorator.js';
import { InjectService } from '../../../lib/decorators/inject-service.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import * as tokens from '../../../lib/moleculer.tokens.js';
import { Registry } from '../../../lib/registry/registry.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { Serializer } from '../../../lib/serializers/serializer.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { RoundRobinStrategy } from '../../../lib/strategies/round-robin.strategy.js';
import { NullTransporter } from '../../../lib/transporters/null.transporter.js';
import { Transporter } from '../../../lib/transporters/transporter.js';
import { NoValidator } from '../../../lib/validators/no.validator.js';
import { Validator } from '../../../lib/validators/validator.js';

let app: TestingModule | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(metadata: Parameters<typeof Test.createTestingModule>[0], change?: (b: any) => any) {
  const builder = Test.createTestingModule(metadata).setLogger(false as never);
  const compiled: TestingModule = await (change?.(builder) ?? builder).compile();
  try {
    await compiled.init();
  } catch (error) {
    // Nest 11 gives the error of a failed start again when it is closed.
    await compiled.close().catch(() => undefined);
    throw error;
  }
  return (app = compiled);
}

@Service('greeter')
class Greeter {
  @Action() hello(params: { name: string }) {
    return `Hello ${params.name}`;
  }
}

describe('MoleculerModule', () => {
  it('needs no options: local calls work', async () => {
    const { get } = await start({ imports: [MoleculerModule.forRoot()], providers: [Greeter] }).then((a) => ({
      get: a.get.bind(a),
    }));
    expect(await get(ServiceBroker).call('greeter.hello', { name: 'Ada' })).toBe('Hello Ada');
  });

  it('takes options from a factory, a class or an existing provider', async () => {
    @Injectable()
    class Options {
      createMoleculerOptions = () => ({ nodeID: 'by-class' });
    }
    @Module({ providers: [Options], exports: [Options] })
    class OptionsModule {}
    for (const [options, nodeID] of [
      [{ inject: ['id'], imports: [IdModule], useFactory: (id: string) => ({ nodeID: id }) }, 'by-factory'],
      [{ useFactory: async () => ({ nodeID: 'late' }) }, 'late'],
      [{ useClass: Options }, 'by-class'],
      [{ imports: [OptionsModule], useExisting: Options }, 'by-class'],
    ] as const) {
      const started = await start({ imports: [MoleculerModule.forRootAsync(options as never)] });
      expect(started.get(ServiceBroker).nodeID).toBe(nodeID);
      await started.close();
    }
  });

  it('checks options at start and says which broker they are of', async () => {
    await expect(
      start({ imports: [MoleculerModule.forRoot({ requestTimeut: 1 } as never)] }),
    ).rejects.toThrow(/requestTimeout/);
    const named = MoleculerModule.forRootAsync({ name: 'two', useFactory: () => ({ requestTimeout: -1 }) });
    await expect(start({ imports: [named] })).rejects.toThrow(/^Broker 'two': .*requestTimeout/);
    expect(() => MoleculerModule.forRoot({ name: ' ' })).toThrow(BrokerOptionsError);
  });

  it('is global unless told otherwise', async () => {
    @Injectable()
    class User {
      constructor(readonly broker: ServiceBroker) {}
    }
    @Module({ providers: [User] })
    class Feature {}
    const seen = await start({ imports: [MoleculerModule.forRoot(), Feature] });
    expect(seen.get(User).broker).toBeInstanceOf(ServiceBroker);
    await expect(start({ imports: [MoleculerModule.forRoot({ isGlobal: false }), Feature] })).rejects.toThrow(
      /dependencies of the User/,
    );
  });

  it('refuses two brokers of one name', async () => {
    await expect(start({ imports: [MoleculerModule.forRoot(), MoleculerModule.forRoot()] })).rejects.toThrow(
      /imported twice without a name/,
    );
  });

  it('touches nothing in preview mode', async () => {
    let made = 0;
    @Injectable()
    class Counted extends NullTransporter {
      constructor() {
        super();
        made++;
      }
    }
    @Module({ imports: [MoleculerModule.forRoot({ transporter: Counted })] })
    class Root {}
    const preview = await NestFactory.createApplicationContext(Root, { preview: true, logger: false });
    await preview.close();
    expect(made).toBe(0);
  });
});

@Module({ providers: [{ provide: 'id', useValue: 'by-factory' }], exports: ['id'] })
class IdModule {}

describe('named brokers', () => {
  @Service({ name: 'second', broker: 'two' })
  class Second {
    constructor(
      @tokens.InjectBroker('two') readonly broker: ServiceBroker,
      @tokens.InjectBroker() readonly first: ServiceBroker,
      @InjectService('second', 'two') readonly self: { where(params: object): Promise<string> },
    ) {}
    @Action() where(_: object, ctx: Context) {
      return ctx.broker.nodeID;
    }
  }

  const imports = [
    MoleculerModule.forRoot({ nodeID: 'one' }),
    MoleculerModule.forRoot({ name: 'two', nodeID: 'two' }),
  ];

  it('serve what names them and have nothing in common with the default one', async () => {
    const started = await start({ imports, providers: [Second, Greeter] });
    const second = started.get(Second);
    expect([second.broker.nodeID, second.first.nodeID]).toEqual(['two', 'one']);
    expect(await second.self.where({})).toBe('two');
    await expect(second.first.call('second.where', {})).rejects.toThrow(/not found/);
    await expect(second.broker.call('greeter.hello', { name: 'Ada' })).rejects.toThrow(/not found/);
    expect(started.get(Registry)).toBe(second.first.registry);
  });

  it('are not touched by overriding a class, and the default one not by overriding a token', async () => {
    const mine = new RoundRobinStrategy();
    const byClass = await start({ imports }, (b) => b.overrideProvider(LoadBalanceStrategy).useValue(mine));
    expect(byClass.get(LoadBalanceStrategy)).toBe(mine);
    expect(byClass.get(tokens.getStrategyToken('two') as string)).not.toBe(mine);
    await byClass.close();
    const token = tokens.getStrategyToken('two');
    const byToken = await start({ imports }, (b) => b.overrideProvider(token).useValue(mine));
    expect(byToken.get(token as string)).toBe(mine);
    expect(byToken.get(LoadBalanceStrategy)).not.toBe(mine);
  });
});

describe('every part', () => {
  class OwnTransporter extends NullTransporter {}
  class OwnSerializer extends JsonSerializer {}
  class OwnStrategy extends RoundRobinStrategy {}
  class OwnValidator extends NoValidator {}

  it('may be given as a class, which Nest makes with its dependencies', async () => {
    @Injectable()
    class WithDependency extends OwnTransporter {
      constructor(@Inject('id') readonly id: string) {
        super();
      }
    }
    const started = await start({
      imports: [
        MoleculerModule.forRootAsync({
          imports: [IdModule],
          useFactory: () => ({
            transporter: WithDependency,
            serializer: OwnSerializer,
            validator: OwnValidator,
            registry: { strategy: OwnStrategy },
          }),
        }),
      ],
    });
    expect((started.get(Transporter) as WithDependency).id).toBe('by-factory');
    expect(started.get(Serializer)).toBeInstanceOf(OwnSerializer);
    expect(started.get(LoadBalanceStrategy)).toBeInstanceOf(OwnStrategy);
    expect(started.get(Validator)).toBeInstanceOf(OwnValidator);
  });

  it('a strategy that Nest knows nothing of is made with its options', async () => {
    class Plain extends OwnStrategy {
      constructor(readonly options: { weight: number }) {
        super();
      }
    }
    const registry = { strategy: Plain, strategyOptions: { weight: 3 } };
    const started = await start({ imports: [MoleculerModule.forRoot({ registry })] });
    expect((started.get(LoadBalanceStrategy) as Plain).options).toEqual({ weight: 3 });
  });
});

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

describe('errors of handlers', () => {
  it('reach the caller as Moleculer errors: a refusing guard is a 403', async () => {
    @Service('s')
    class S {
      @Action() go() {}
    }
    const started = await start({
      imports: [MoleculerModule.forRoot()],
      providers: [S, { provide: APP_GUARD, useValue: { canActivate: () => false } }],
    });
    await expect(started.get(ServiceBroker).call('s.go')).rejects.toMatchObject({ code: 403 });
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

it('offers the cluster’s own actions, unless internalServices is off', async () => {
  const on = await start({ imports: [MoleculerModule.forRoot()] });
  expect(await on.get(ServiceBroker).call<unknown[]>('$node.list')).toHaveLength(1);
  await on.close();
  const off = await start({ imports: [MoleculerModule.forRoot({ internalServices: false })] });
  await expect(off.get(ServiceBroker).call('$node.list')).rejects.toThrow(/not found/);
});

it('leaves HTTP controllers as they are', async () => {
  @Controller('c')
  class C {
    constructor(readonly ref: ModuleRef) {}
    @Get() @Action() list() {
      return [1];
    }
  }
  const started = await start({ imports: [MoleculerModule.forRoot()], controllers: [C] });
  expect(await started.get(ServiceBroker).call('c.list')).toEqual([1]);
  expect(Reflect.getMetadata('__routeArguments__', C, 'list')).toBeUndefined();
});
