import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { APP_GUARD, ModuleRef, NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { Serializer } from '../../../lib/serializers/serializer.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { RoundRobinStrategy } from '../../../lib/strategies/round-robin.strategy.js';
import { NullTransporter } from '../../../lib/transporters/null.transporter.js';
import { Transporter } from '../../../lib/transporters/transporter.js';
import { NoValidator } from '../../../lib/validators/no.validator.js';
import { Validator } from '../../../lib/validators/validator.js';
import { eachApp, Greeter, IdModule } from './module.fixture.js';

const start = eachApp();

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
