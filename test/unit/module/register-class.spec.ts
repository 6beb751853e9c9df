import { Controller, Inject, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { APP_GUARD, LazyModuleLoader, ModuleRef, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import type { Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import type { Context } from '../../../lib/context/context.js';
import type { EventMessage } from '../../../lib/context/contract.types.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { EventStream } from '../../../lib/decorators/event-stream.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';
import * as tokens from '../../../lib/moleculer.tokens.js';

let app: TestingModule | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** Whose ModuleRef is that of the root module. */
@Injectable()
class Home {
  constructor(readonly ref: ModuleRef) {}
}
const home = (): ModuleRef => app!.get(Home).ref;

interface Started {
  broker: ServiceBroker;
  lazy(module: new () => unknown): Promise<ModuleRef>;
  create<T>(type: new (...args: any[]) => T): Promise<T>;
}

async function start(metadata: Parameters<typeof Test.createTestingModule>[0] = {}): Promise<Started> {
  const imports = [MoleculerModule.forRoot(), ...(metadata.imports ?? [])];
  const providers = [Home, ...(metadata.providers ?? [])];
  const builder = Test.createTestingModule({ ...metadata, imports, providers }).setLogger(false as never);
  app = await (await builder.compile()).init();
  const started = app;
  return {
    broker: started.get(ServiceBroker),
    lazy: (module) => started.get(LazyModuleLoader).load(() => module),
    create: (type) => home().create(type),
  };
}

@Injectable()
class Names {
  readonly greeting = 'Hello';
}

@Injectable()
class OnlyAda implements CanActivate {
  constructor(readonly names: Names) {}
  canActivate(context: any) {
    return context.switchToRpc().getData().name === 'Ada' && this.names.greeting === 'Hello';
  }
}

@Service('greeter')
class Greeter {
  constructor(readonly names: Names) {}
  @Action() @UseGuards(OnlyAda) hello(params: { name: string }) {
    return `${this.names.greeting} ${params.name}`;
  }
}

@Controller()
@Service('greeter')
class GreeterController extends Greeter {}

describe('registerClass', () => {
  it.each([
    ['provider', Greeter, { providers: [Greeter, Names] }],
    ['controller', GreeterController, { controllers: [GreeterController], providers: [Names] }],
  ])('makes a service of a %s of a lazily loaded module, guards and all', async (_, type, metadata) => {
    class Lazy {}
    Module(metadata)(Lazy);
    const { broker, lazy } = await start();
    const greeter = (await lazy(Lazy)).get<Greeter>(type);
    await expect(broker.call('greeter.hello', { name: 'Ada' })).rejects.toMatchObject({ code: 404 });
    const handle = await broker.registerClass(greeter);
    expect(handle).toMatchObject({ name: 'greeter', fullName: 'greeter' });
    expect(await broker.call('greeter.hello', { name: 'Ada' })).toBe('Hello Ada');
    await expect(broker.call('greeter.hello', { name: 'Eve' })).rejects.toMatchObject({ code: 403 });
    expect(broker.registry.announcedInfo().map(({ name }) => name)).toContain('greeter');
  });

  it('and of an instance that ModuleRef.create made', async () => {
    const { broker, create } = await start({ providers: [Names] });
    await broker.registerClass(await create(Greeter), home());
    expect(await broker.call('greeter.hello', { name: 'Ada' })).toBe('Hello Ada');
    await expect(broker.call('greeter.hello', { name: 'Eve' })).rejects.toMatchObject({ code: 403 });
  });

  it('with events, streams, global guards and a version', async () => {
    const heard: unknown[] = [];
    @Service({ name: 'late', version: 2 })
    class Late {
      @EventStream('tick.*') readonly ticks$!: Observable<EventMessage>;
      @Action() go(params: { in?: boolean }) {
        return params.in;
      }
      @Event('made') onMade(payload: unknown) {
        heard.push(payload);
      }
    }
    const guard = { canActivate: (context: any) => context.switchToRpc().getData()?.in === true };
    const { broker, create } = await start({ providers: [{ provide: APP_GUARD, useValue: guard }] });
    const late = await create(Late);
    const handle = await broker.registerClass(late);
    late.ticks$.subscribe(({ event }) => heard.push(event));
    expect(handle).toMatchObject({ version: 2, fullName: 'v2.late' });
    expect(await broker.call('v2.late.go', { in: true })).toBe(true);
    await expect(broker.call('v2.late.go', {})).rejects.toMatchObject({ code: 403 });
    await broker.emit('made', { in: true });
    await broker.emit('tick.one');
    expect(heard).toEqual([{ in: true }, 'tick.one']);
  });

  it('request-scoped classes get an instance for each call', async () => {
    let made = 0;
    @Service({ name: 'scoped', scope: Scope.REQUEST })
    class Scoped {
      constructor(@Inject(REQUEST) private readonly ctx: Context) {
        made++;
      }
      @Action() go() {
        return this.ctx.params;
      }
    }
    @Module({ providers: [Scoped] })
    class Lazy {}
    const { broker, lazy } = await start();
    await broker.registerClass(await (await lazy(Lazy)).resolve(Scoped));
    made = 0;
    expect([await broker.call('scoped.go', 1), await broker.call('scoped.go', 2)]).toEqual([1, 2]);
    expect(made).toBe(2);
  });

  it.each<[how: string, remove: (broker: ServiceBroker, handle: any) => Promise<void>]>([
    ['its handle', (_, handle) => handle.destroy()],
    ['its name', (broker) => broker.destroyService('greeter')],
  ])('is undone with %s, and may be done again', async (_, remove) => {
    const { broker, create } = await start({ providers: [Names] });
    const [ref, greeter] = [home(), await create(Greeter)];
    const first = await broker.registerClass(greeter, ref);
    await remove(broker, first);
    await expect(broker.call('greeter.hello', { name: 'Ada' })).rejects.toMatchObject({ code: 404 });
    expect(broker.registry.announcedInfo().map(({ name }) => name)).not.toContain('greeter');
    await broker.registerClass(greeter, ref);
    // The handle of the first one is not that of the second.
    await first.destroy();
    expect(await broker.call('greeter.hello', { name: 'Ada' })).toBe('Hello Ada');
  });

  it('goes to the broker that @Service names', async () => {
    @Service({ name: 's', broker: 'two' })
    class Second {
      @Action() go() {
        return 2;
      }
    }
    const { broker, create } = await start({ imports: [MoleculerModule.forRoot({ name: 'two' })] });
    const second = await create(Second);
    await expect(broker.registerClass(second)).rejects.toThrow(
      /Second belongs to broker 'two'; the default broker was asked/,
    );
    const two = app!.get<ServiceBroker>(tokens.getBrokerToken('two') as string);
    await two.registerClass(second);
    expect(await two.call('s.go')).toBe(2);
    await expect(broker.call('s.go')).rejects.toMatchObject({ code: 404 });
  });
});

describe('registerClass refuses', () => {
  const refusal = async (
    broker: ServiceBroker,
    instance: unknown,
    ref?: object,
  ): Promise<ServiceSchemaError> => {
    const error: unknown = await broker.registerClass(instance as object, ref).then(
      () => new Error('taken'),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ServiceSchemaError);
    expect(error).toMatchObject({ code: 500, type: 'SERVICE_SCHEMA_ERROR' });
    return error as ServiceSchemaError;
  };

  it.each<[what: string, instance: unknown, text: RegExp]>([
    ['a class', Greeter, /an instance.*this is the class Greeter itself/],
    ['nothing', null, /this is object/],
    ['text', 'greeter', /this is string/],
    ['what declares nothing', new Names(), /Names is no service/],
    ['a plain object', {}, /Object is no service/],
    ['an object without a class', Object.create(null), /takes an instance/],
  ])('what is no service: %s', async (_, instance, text) => {
    const { broker } = await start();
    expect((await refusal(broker, instance)).message).toMatch(text);
  });

  it('what is registered, also at start, and names that are taken', async () => {
    @Service('early')
    class Early {
      @Action() go() {
        return 'first';
      }
    }
    const { broker, create } = await start({ providers: [Early, Names] });
    expect((await refusal(broker, app!.get(Early))).message).toMatch(/'early' exists on this node already/);
    expect((await refusal(broker, await create(Early))).message).toMatch(/'early' exists/);
    const greeter = await create(Greeter);
    const ref = home();
    const both = await Promise.allSettled([
      broker.registerClass(greeter, ref),
      broker.registerClass(greeter, ref),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await broker.call('early.go')).toBe('first');
  });

  it('guards that would not run', async () => {
    const { broker, create } = await start({ providers: [Names] });
    const greeter = await create(Greeter);
    // Names is no global provider, so that without the module the guard cannot be made.
    expect((await refusal(broker, greeter)).message).toMatch(/Greeter\.hello: OnlyAda could not be made/);
    expect((await refusal(broker, greeter, {})).message).toMatch(/no ModuleRef of this app/);
    await broker.registerClass(greeter, home());
  });

  it.each([
    ['of another class in the module', true],
    ['of no class there', false],
  ])('guards that would be made for each call: %s', async (_, used) => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped implements CanActivate {
      canActivate = () => false;
    }
    @Service('user')
    class User {
      @Action() @UseGuards(Scoped) go() {}
    }
    class Late {
      @Action() @UseGuards(Scoped) go() {}
    }
    const { broker, create } = await start({ providers: used ? [User] : [] });
    const error = await refusal(broker, await create(Late), home());
    expect(error.message).toMatch(/Late\.go: Scoped is not a singleton.*ModuleRef\.create\?/);
  });

  it('classes that a request-scoped global guard would not reach', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped implements CanActivate {
      canActivate = () => false;
    }
    @Module({ providers: [Greeter, Names] })
    class Lazy {}
    const { broker, lazy, create } = await start({
      providers: [{ provide: APP_GUARD, useClass: Scoped }, Names],
    });
    const text = /Greeter: a request-scoped or transient global enhancer would silently be left out/;
    expect((await refusal(broker, (await lazy(Lazy)).get(Greeter))).message).toMatch(text);
    expect((await refusal(broker, await create(Greeter))).message).toMatch(text);
  });

  it('a request-scoped instance of no module, which would serve all calls', async () => {
    @Service({ name: 's', scope: Scope.REQUEST })
    class Scoped {
      @Action() go() {}
    }
    const { broker } = await start();
    expect((await refusal(broker, new Scoped())).message).toMatch(
      /Scoped is request-scoped and of no module/,
    );
  });

  it('whatever comes before the guards of the app are known, or after its end', async () => {
    let early: unknown;
    @Injectable()
    class Hasty {
      constructor(broker: ServiceBroker) {
        early = broker.registerClass(new Late()).catch((error: unknown) => error);
      }
    }
    class Late {
      @Action() go() {}
    }
    @Injectable()
    class Patient {
      constructor(private readonly broker: ServiceBroker) {}
      async onModuleInit() {
        await this.broker.registerClass(new Late());
      }
    }
    const { broker } = await start({ providers: [Hasty, Patient] });
    expect(await early).toMatchObject({ message: expect.stringMatching(/came too early/) });
    await broker.call('late.go');
    await app!.close();
    app = undefined;
    class Later {
      @Action() go() {}
    }
    await expect(broker.registerClass(new Later())).rejects.toMatchObject({ type: 'BROKER_STOPPED' });
  });
});
