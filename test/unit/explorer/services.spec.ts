import { Controller, Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { explore } from './support/explore.js';

describe('services found in the app', () => {
  it('are providers and controllers with handlers, named after their class', async () => {
    @Injectable()
    class UserProfileService {
      @Action() get() {
        return 'profile';
      }
    }
    @Controller()
    class HTTPProxyController {
      @Event() arrived() {}
    }
    @Injectable()
    class Bystander {
      get() {}
    }
    const { services } = await explore({
      providers: [UserProfileService, Bystander],
      controllers: [HTTPProxyController],
    });
    expect(services.map(({ fullName }) => fullName)).toEqual(['userProfile', 'httpProxy']);
    expect(services[0].actions[0].info).toEqual({ name: 'userProfile.get', rawName: 'get' });
    expect(services[1].events[0].info).toEqual({ name: 'arrived' });
  });

  it('take name, version, settings, metadata and dependencies from @Service', async () => {
    @Service({
      name: 'greeter',
      version: 2,
      settings: { lang: 'en' },
      metadata: { region: 'eu' },
      dependencies: ['users', { name: 'mail', version: 3 }, { name: 'log', version: 'staging' }],
    })
    class Any {
      @Action({ name: 'welcome' }) hello() {}
    }
    const { service } = await explore({ providers: [Any] });
    expect(service).toMatchObject({
      name: 'greeter',
      version: 2,
      fullName: 'v2.greeter',
      settings: { lang: 'en' },
      metadata: { region: 'eu' },
      dependencies: ['users', 'v3.mail', 'staging.log'],
    });
    expect(service.actions[0].info).toMatchObject({ name: 'v2.greeter.welcome', rawName: 'welcome' });
    expect(service.actions[0].origin).toBe('Any.hello');
  });

  it.each([
    [{ name: 'a', version: 'staging' }, 'staging.a', 'staging.a.go'],
    [{ name: 'a', version: 1, settings: { $noVersionPrefix: true } }, 'a', 'a.go'],
    [{ name: 'a', version: 1, settings: { $noServiceNamePrefix: true } }, 'v1.a', 'go'],
  ])('%j is %s with %s', async (options, fullName, action) => {
    @Service(options)
    class Any {
      @Action() go() {}
    }
    const { service } = await explore({ providers: [Any] });
    expect([service.fullName, service.actions[0].info.name]).toEqual([fullName, action]);
  });

  it('are one service if classes have one name and version', async () => {
    @Service({ name: 'shop', settings: { currency: 'EUR', a: 1 }, dependencies: 'users' })
    class Orders {
      @Action() order() {}
    }
    @Service({ name: 'shop', settings: { currency: 'EUR', b: 2 }, dependencies: ['users', 'mail'] })
    class Carts {
      @Action() cart() {}
    }
    @Service({ name: 'shop', version: 2 })
    class Newer {
      @Action() order() {}
    }
    const { services } = await explore({ providers: [Orders, Carts, Newer] });
    expect(services.map(({ fullName }) => fullName)).toEqual(['shop', 'v2.shop']);
    expect(services[0].actions.map(({ info }) => info.name)).toEqual(['shop.order', 'shop.cart']);
    expect(services[0].settings).toEqual({ currency: 'EUR', a: 1, b: 2 });
    expect(services[0].dependencies).toEqual(['users', 'mail']);
  });

  it('are told apart by wrapper: an alias adds nothing, classes of one name in two modules are two', async () => {
    const make = (action: string) => {
      @Service(action)
      class Same {
        @Action() go() {
          return action;
        }
      }
      return Same;
    };
    const [One, Two] = [make('one'), make('two')];
    @Module({ providers: [Two] })
    class Other {}
    const { services, call } = await explore({
      imports: [Other],
      providers: [One, { provide: 'alias', useExisting: One }],
    });
    expect(services.map(({ fullName }) => fullName).sort()).toEqual(['one', 'two']);
    expect(await call('two.go')).toBe('two');
  });

  it('may be made by factories and values', async () => {
    @Service('made')
    class Made {
      constructor(readonly by: string) {}
      @Action() who() {
        return this.by;
      }
    }
    const { call } = await explore({ providers: [{ provide: 'x', useFactory: () => new Made('factory') }] });
    expect(await call('made.who')).toBe('factory');
  });

  it('keep all options of a handler for INFO, extra keys too', async () => {
    @Service('s')
    class Any {
      @Action({ rest: 'GET /', cache: { ttl: 5 }, visibility: 'public', ...({ role: 'admin' } as object) })
      go() {}
      @Event('user.*', { group: 'mail', ...({ scope: 'x' } as object) }) on() {}
    }
    const { service } = await explore({ providers: [Any] });
    expect(service.actions[0].info).toEqual({
      name: 's.go',
      rawName: 'go',
      rest: 'GET /',
      cache: { ttl: 5 },
      visibility: 'public',
      role: 'admin',
    });
    expect(service.events[0].info).toEqual({ name: 'user.*', group: 'mail', scope: 'x' });
  });

  it('belong to the broker they name', async () => {
    @Service({ name: 'mine', broker: 'two' })
    class Mine {
      @Action() go() {}
    }
    @Service('theirs')
    class Theirs {
      @Action() go() {}
    }
    const { services } = await explore({ providers: [Mine, Theirs] }, { broker: 'two', others: [undefined] });
    expect(services.map(({ name }) => name)).toEqual(['mine']);
  });

  it('run every method that listens to the same event, whatever the others do', async () => {
    const heard: string[] = [];
    @Service('s')
    class Any {
      @Event('tick') one(payload: string) {
        heard.push(`one ${payload}`);
        throw new Error('one is broken');
      }
      @Event('tick') async two(payload: string) {
        heard.push(`two ${payload}`);
      }
    }
    const { service } = await explore({ providers: [Any] });
    expect(service.events).toHaveLength(1);
    const { context } = await import('./support/explore.js');
    await expect(service.events[0].handler(context('now'))).rejects.toThrow('one is broken');
    expect(heard).toEqual(['one now', 'two now']);
  });
});

describe('inheritance', () => {
  it('counts inherited handlers, on every class that has them', async () => {
    class Crud {
      @Action() get() {
        return this.constructor.name;
      }
    }
    @Service('posts')
    class Posts extends Crud {}
    @Service('users')
    class Users extends Crud {}
    const { call } = await explore({ providers: [Posts, Users] });
    expect([await call('posts.get'), await call('users.get')]).toEqual(['Posts', 'Users']);
  });

  it('lets an override without a decorator keep the options, one with a decorator replace them', async () => {
    class Base {
      @Action({ name: 'renamed', timeout: 5 }) kept() {
        return 'base';
      }
      @Action({ timeout: 5 }) replaced() {
        return 'base';
      }
    }
    @Injectable()
    class SubService extends Base {
      override kept() {
        return `sub of ${super.kept()}`;
      }
      @Action({ timeout: 9 }) override replaced() {
        return 'sub';
      }
    }
    const { service, call } = await explore({ providers: [SubService] });
    const infos = Object.fromEntries(service.actions.map(({ info }) => [info.rawName, info['timeout']]));
    expect(infos).toEqual({ renamed: 5, replaced: 9 });
    expect(await call('sub.renamed')).toBe('sub of base');
    expect(await call('sub.replaced')).toBe('sub');
  });
});
