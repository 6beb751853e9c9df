import { Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { eachApp, Greeter, Names } from './register-class.fixture.js';

const { start, home, app, close } = eachApp();

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
    expect((await refusal(broker, app().get(Early))).message).toMatch(/'early' exists on this node already/);
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
    await close();
    class Later {
      @Action() go() {}
    }
    await expect(broker.registerClass(new Later())).rejects.toMatchObject({ type: 'BROKER_STOPPED' });
  });
});
