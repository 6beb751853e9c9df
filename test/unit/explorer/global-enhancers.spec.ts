import { Catch, ForbiddenException, Inject, Injectable, Scope, UseGuards } from '@nestjs/common';
import type {
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  NestInterceptor,
  PipeTransform,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, ApplicationConfig, REQUEST } from '@nestjs/core';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { explore } from './support/explore.js';

@Injectable()
class Deny implements CanActivate {
  canActivate() {
    return false;
  }
}

@Injectable()
class Wrap implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((value) => `<${value}>`));
  }
}

@Injectable()
class Upper implements PipeTransform {
  transform(value: { name?: string }) {
    return { ...value, name: value.name?.toUpperCase() };
  }
}

class Trouble extends Error {}

@Catch(Trouble)
class Answer implements ExceptionFilter {
  catch(error: Error) {
    return `answer to ${error.message}`;
  }
}

describe("the app's global enhancers", () => {
  const globals = [
    { provide: APP_GUARD, useClass: Deny },
    { provide: APP_INTERCEPTOR, useClass: Wrap },
    { provide: APP_PIPE, useClass: Upper },
    { provide: APP_FILTER, useClass: Answer },
  ];

  it('run on handlers', async () => {
    @Service('s')
    class S {
      @Action() go(params: { name: string }) {
        return params.name;
      }
      @Action() fail() {
        throw new Trouble('t');
      }
    }
    const { call } = await explore({ providers: [S, ...globals.slice(1)] });
    expect(await call('s.go', { name: 'x' })).toBe('<X>');
    expect(await call('s.fail', {})).toBe('answer to t');
    const guarded = await explore({ providers: [S, ...globals] });
    await expect(guarded.call('s.go', {})).rejects.toThrow(ForbiddenException);
  });

  it('run also when given with useGlobal…', async () => {
    @Service('s')
    class S {
      @Action() go() {}
    }
    const { call } = await explore(
      { providers: [S] },
      { prepare: (app) => app.get(ApplicationConfig).useGlobalGuards(new Deny()) },
    );
    await expect(call('s.go')).rejects.toThrow(ForbiddenException);
  });

  it('are left out by kind, bound ones are not', async () => {
    @Service('s')
    class S {
      @Action() go(params: { name: string }) {
        return params.name;
      }
      @Action() @UseGuards(Deny) bound() {}
    }
    const run = async (globalEnhancers: object) =>
      (await explore({ providers: [S, ...globals] }, { globalEnhancers })).call;
    const withoutGuards = await run({ guards: false });
    expect(await withoutGuards('s.go', { name: 'x' })).toBe('<X>');
    await expect(withoutGuards('s.bound')).rejects.toThrow(ForbiddenException);
    const none = { guards: false, interceptors: false, pipes: false, filters: false };
    expect(await (await run(none))('s.go', { name: 'x' })).toBe('x');
    const onlyFilters = await run({ ...none, filters: true });
    await expect(onlyFilters('s.bound')).rejects.toThrow(ForbiddenException);
  });

  it('reach handlers when request-scoped, and refuse a factory provider that they could not reach', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest implements CanActivate {
      constructor(@Inject(REQUEST) private readonly ctx: Context) {}
      canActivate() {
        return this.ctx.meta['allowed'] === true;
      }
    }
    const guard = { provide: APP_GUARD, useClass: PerRequest };
    @Service('s')
    class S {
      @Action() go() {
        return 'in';
      }
    }
    for (const metadata of [
      { providers: [S, guard] },
      { providers: [{ provide: 'x', useClass: S }, guard] },
      { controllers: [S], providers: [guard] },
    ]) {
      const { call } = await explore(metadata);
      await expect(call('s.go')).rejects.toThrow(ForbiddenException);
      expect(await call('s.go', {}, (ctx) => (ctx.meta = { allowed: true }))).toBe('in');
    }
    await expect(
      explore({ providers: [{ provide: 'x', useFactory: () => new S() }, guard] }),
    ).rejects.toThrow(/S\.go.*x is a factory/);
    const off = await explore(
      { providers: [{ provide: 'x', useFactory: () => new S() }, guard] },
      { globalEnhancers: { guards: false } },
    );
    expect(await off.call('s.go')).toBe('in');
  });

  it('include pre-request hooks, where Nest has them', async () => {
    @Service('s')
    class S {
      @Action() @UseGuards({ canActivate: () => !!order.push('guard') }) go() {
        return 'x';
      }
    }
    const order: string[] = [];
    const prepare = (app: any) => {
      const config = app.get(ApplicationConfig);
      config.registerPreRequestHook?.((host: ExecutionContext, next: () => any) => {
        order.push(`hook ${host.getType()} ${host.getClass().name}.${host.getHandler().name}`);
        return next().pipe(map((value) => `${value}!`));
      });
    };
    const { call, app } = await explore({ providers: [S] }, { prepare });
    const there = 'registerPreRequestHook' in app.get(ApplicationConfig);
    expect(await call('s.go')).toBe(there ? 'x!' : 'x');
    expect(order).toEqual(there ? ['hook rpc S.go', 'guard'] : ['guard']);

    // With the last kind they go, too.
    const off = { guards: false, interceptors: false, pipes: false };
    const [some, none] = [true, false].map((filters) => ({ ...off, filters }));
    const withSome = await explore({ providers: [S] }, { prepare, globalEnhancers: some });
    expect(await withSome.call('s.go')).toBe(there ? 'x!' : 'x');
    const withNone = await explore({ providers: [S] }, { prepare, globalEnhancers: none });
    expect(await withNone.call('s.go')).toBe('x');
  });
});
