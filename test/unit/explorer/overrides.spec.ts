import { ForbiddenException, Inject, Injectable, Scope, SetMetadata, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { REQUEST, Reflector } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { explore } from './support/explore.js';

describe('an undecorated override', () => {
  const Role = (role: string) => SetMetadata('role', role);
  class RoleGuard implements CanActivate {
    private readonly reflector = new Reflector();
    canActivate(host: ExecutionContext) {
      return (
        this.reflector.get('role', host.getHandler()) ===
        host.switchToRpc().getContext<Context>().meta['role']
      );
    }
  }
  class Base {
    @Action() @UseGuards(RoleGuard) @Role('admin') go(@Params('name') name: string) {
      return `base ${name}`;
    }
  }

  it.each([
    ['without a class decorator', (type: any) => type],
    ['with @Service', (type: any) => (Service('sub')(type), type)],
    ['with @Injectable', (type: any) => (Injectable()(type), type)],
  ])('keeps guards, metadata and parameter decorators of the parent: %s', async (_, decorate) => {
    const Sub = decorate(
      class Sub extends Base {
        override go(name: string) {
          return `sub ${name}`;
        }
      },
    );
    const { call } = await explore({ providers: [Sub] });
    const name = { name: 'x' };
    await expect(call('sub.go', name)).rejects.toThrow(ForbiddenException);
    expect(await call('sub.go', name, (ctx) => (ctx.meta = { role: 'admin' }))).toBe('sub x');
  });

  it('adds its own guards to the parent’s and replaces other metadata, leaving the parent alone', async () => {
    @Service('sub')
    class Sub extends Base {
      @UseGuards({ canActivate: () => true }) @Role('user') override go(name: string) {
        return `sub ${name}`;
      }
    }
    @Service('base')
    class Plain extends Base {}
    const { call } = await explore({ providers: [Sub, Plain] });
    await expect(call('sub.go', {}, (ctx) => (ctx.meta = { role: 'admin' }))).rejects.toThrow(
      ForbiddenException,
    );
    expect(await call('sub.go', { name: 'x' }, (ctx) => (ctx.meta = { role: 'user' }))).toBe('sub x');
    expect(await call('base.go', { name: 'x' }, (ctx) => (ctx.meta = { role: 'admin' }))).toBe('base x');
    expect(Reflect.getMetadata('__guards__', Base.prototype.go)).toEqual([RoleGuard]);
  });

  it('gives an inherited guard its dependencies', async () => {
    @Injectable()
    class Rights {
      allowed = true;
    }
    @Injectable()
    class Checked implements CanActivate {
      constructor(private readonly rights: Rights) {}
      canActivate() {
        return this.rights.allowed;
      }
    }
    class Parent {
      @Action() @UseGuards(Checked) go() {
        return 'parent';
      }
    }
    @Injectable()
    class Child extends Parent {
      override go() {
        return 'child';
      }
    }
    const { call, app } = await explore({ providers: [Child, Rights] });
    expect(await call('child.go')).toBe('child');
    app.get(Rights).allowed = false;
    await expect(call('child.go')).rejects.toThrow(ForbiddenException);
  });

  it('refuses an inherited request-scoped guard unless @Service lets Nest see it', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest implements CanActivate {
      constructor(@Inject(REQUEST) private readonly ctx: Context) {}
      canActivate() {
        return this.ctx.meta['ok'] === 1;
      }
    }
    class Parent {
      @Action() @UseGuards(PerRequest) go() {
        return 'parent';
      }
    }
    @Injectable()
    class Hidden extends Parent {
      override go() {
        return 'child';
      }
    }
    @Service('seen')
    class Seen extends Parent {
      override go() {
        return 'child';
      }
    }
    await expect(explore({ providers: [Hidden] })).rejects.toThrow(
      /Hidden\.go: PerRequest.*@Service\(\) on Hidden/,
    );
    const { call } = await explore({ providers: [Seen] });
    await expect(call('seen.go')).rejects.toThrow(ForbiddenException);
    expect(await call('seen.go', {}, (ctx) => (ctx.meta = { ok: 1 }))).toBe('child');
  });
});
