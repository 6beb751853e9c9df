import {
  Catch,
  Controller,
  createParamDecorator,
  ForbiddenException,
  Inject,
  Injectable,
  ParseIntPipe,
  Scope,
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import type {
  ArgumentsHost,
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  NestInterceptor,
  PipeTransform,
} from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  APP_PIPE,
  ApplicationConfig,
  REQUEST,
  Reflector,
} from '@nestjs/core';
import { IsInt } from 'class-validator';
import { EMPTY, filter, map, of, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Ctx, Headers, Meta } from '../../../lib/decorators/context.decorators.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { isMoleculerContext } from '../../../lib/explorer/handler-context.js';
import { context, explore } from './support/explore.js';

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
class Mapped extends Error {}

@Catch(Trouble)
class Answer implements ExceptionFilter {
  catch(error: Error) {
    return `answer to ${error.message}`;
  }
}

describe('a handler without enhancers', () => {
  it('gets (params, ctx), or what its decorators ask for', async () => {
    @Service('s')
    class S {
      @Action() plain(...args: unknown[]) {
        return args;
      }
      @Action() swapped(@Ctx() ctx: Context, @Params('name') name: string) {
        return [ctx.nodeID, name];
      }
      @Action() three(@Meta('user') user: string, @Headers('h') header: string, @Params() all: object) {
        return [user, header, all];
      }
      @Action() four(
        @Meta() meta: object,
        @Headers() headers: object,
        @Params() p: object,
        @Ctx() ctx: Context,
      ) {
        return [meta, headers, p, ctx.level];
      }
    }
    const { call, handler } = await explore({ providers: [S] });
    const ctx = context({ name: 'n' });
    expect(handler('s.plain')(ctx)).toEqual([{ name: 'n' }, ctx]);
    expect(await call('s.swapped', { name: 'n' })).toEqual(['here', 'n']);
    const change = (c: Context) => {
      c.meta = { user: 'u' };
      c.headers = { h: 'x' };
    };
    expect(await call('s.three', { name: 'n' }, change)).toEqual(['u', 'x', { name: 'n' }]);
    expect(await call('s.four', 1, change)).toEqual([{ user: 'u' }, { h: 'x' }, 1, 1]);
    expect(await call('s.swapped', null)).toEqual(['here', undefined]);
  });

  it('answers with values at once, with promises, and with the last value of Observables', async () => {
    @Service('s')
    class S {
      @Action() value() {
        return 1;
      }
      @Action() async promise() {
        return 2;
      }
      @Action() stream() {
        return of(1, 2, 3);
      }
      @Action() empty() {
        return EMPTY;
      }
      @Action() async late() {
        return of(4, 5);
      }
      @Action() nothing() {}
    }
    const { call, handler } = await explore({ providers: [S] });
    expect(handler('s.value')(context())).toBe(1);
    const results = ['promise', 'stream', 'empty', 'late', 'nothing'].map((name) => call(`s.${name}`));
    expect(await Promise.all(results)).toEqual([2, 3, null, 5, undefined]);
  });

  it('throws what it throws', async () => {
    const error = new Trouble('x');
    @Service('s')
    class S {
      @Action() go() {
        throw error;
      }
    }
    const { handler } = await explore({ providers: [S] });
    expect(() => handler('s.go')(context())).toThrow(error);
  });
});

describe('guards, interceptors, pipes and filters', () => {
  it('run as on controllers, in Nest’s order, given as classes or instances, on class and method', async () => {
    const order: string[] = [];
    const guard = (name: string) => ({ canActivate: () => !!order.push(name) });
    const interceptor = (name: string): NestInterceptor => ({
      intercept: (_, next) => {
        order.push(name);
        return next.handle();
      },
    });
    const pipe = (name: string) => ({
      transform: (value: unknown) => {
        order.push(name);
        return value;
      },
    });
    @Service('s')
    @UseGuards(guard('class guard'))
    @UseInterceptors(interceptor('class interceptor'), Wrap)
    @UsePipes(pipe('class pipe'))
    class S {
      @Action()
      @UseGuards(guard('method guard'))
      @UseInterceptors(interceptor('method interceptor'))
      @UsePipes(pipe('method pipe'))
      go(@Params(pipe('argument pipe')) params: { a: number }) {
        return params.a;
      }
    }
    const { call } = await explore({ providers: [S] });
    expect(await call('s.go', { a: 1 })).toBe('<1>');
    expect(order).toEqual([
      'class guard',
      'method guard',
      'class interceptor',
      'method interceptor',
      'class pipe',
      'method pipe',
      'argument pipe',
    ]);
  });

  it.each([
    ['a class provider', (S: any) => ({ providers: [S] })],
    ['a provider under another token', (S: any) => ({ providers: [{ provide: 'other', useClass: S }] })],
    ['a controller', (S: any) => ({ controllers: [S] })],
    [
      'one of two modules',
      (S: any) => {
        class Other {}
        return { imports: [{ module: Other, providers: [{ provide: S, useValue: {} }] }], providers: [S] };
      },
    ],
  ])('guard the handlers of %s', async (_, metadata) => {
    @Service('s')
    class S {
      @Action() @UseGuards(Deny) go() {
        return 'secret';
      }
      @Event() @UseGuards(Deny) heard() {
        return 'secret';
      }
    }
    const { call, service } = await explore(metadata(S));
    await expect(call('s.go')).rejects.toThrow(ForbiddenException);
    await expect(service.events[0].handler(context())).rejects.toThrow(ForbiddenException);
  });

  it('see an rpc context with params and Context, the class and the method', async () => {
    const seen: unknown[] = [];
    class Look implements CanActivate {
      canActivate(host: ExecutionContext) {
        const rpc = host.switchToRpc();
        seen.push(host.getType(), rpc.getData(), rpc.getContext(), host.getClass(), host.getHandler());
        seen.push(isMoleculerContext(host), host.getArgs().length);
        return true;
      }
    }
    @Service('s')
    class S {
      @Action() @UseGuards(Look) go() {}
    }
    const { handler } = await explore({ providers: [S] });
    const ctx = context({ a: 1 });
    await handler('s.go')(ctx);
    expect(seen).toEqual(['rpc', { a: 1 }, ctx, S, S.prototype.go, true, 2]);
  });

  it('refuse class forms on factory and value providers, where Nest would leave them out in silence', async () => {
    class Guarded {
      @Action() @UseGuards(Deny) go() {}
    }
    @UseInterceptors(Wrap)
    class Intercepted {
      @Action() go() {}
    }
    class Piped {
      @Action() go(@Params(Upper) p: object) {
        return p;
      }
    }
    class Filtered {
      @Action() @UseFilters(Answer) go() {}
    }
    for (const [Type, name] of [
      [Guarded, 'Deny'],
      [Intercepted, 'Wrap'],
      [Piped, 'Upper'],
      [Filtered, 'Answer'],
    ] as const) {
      const text = new RegExp(`${Type.name}\\.go.*${name}.*factory or value`);
      await expect(explore({ providers: [{ provide: 'x', useFactory: () => new Type() }] })).rejects.toThrow(
        text,
      );
      await expect(explore({ providers: [{ provide: 'x', useValue: new Type() }] })).rejects.toThrow(text);
    }
  });

  it('run pipes on undecorated arguments, by their written types', async () => {
    class Dto {
      @IsInt() a!: number;
    }
    @Service('s')
    class S {
      @Action() go(params: Dto, ctx: Context) {
        return [params.constructor === Dto, ctx.nodeID];
      }
    }
    const { call } = await explore({
      providers: [
        S,
        {
          provide: APP_PIPE,
          useValue: new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
        },
      ],
    });
    expect(await call('s.go', { a: 1 })).toEqual([true, 'here']);
    await expect(call('s.go', { a: 'x' })).rejects.toThrow('Bad Request');
  });

  it('give own parameter decorators of the app an execution context', async () => {
    const CurrentUser = createParamDecorator(
      (_: unknown, host: ExecutionContext) => host.switchToRpc().getContext<Context>().meta['user'],
    );
    @Service('s')
    class S {
      @Action() go(@CurrentUser() user: string, @Params('n', ParseIntPipe) n: number) {
        return [user, n];
      }
    }
    const { call } = await explore({ providers: [S] });
    expect(await call('s.go', { n: '4' }, (ctx) => (ctx.meta = { user: 'me' }))).toEqual(['me', 4]);
  });

  it('make null of a stream that an interceptor emptied', async () => {
    @Service('s')
    class S {
      @Action()
      @UseInterceptors({
        intercept: (_: unknown, next: CallHandler) => next.handle().pipe(filter(() => false)),
      })
      go() {
        return 1;
      }
      @Action() @UseGuards({ canActivate: () => true }) empty() {
        return EMPTY;
      }
    }
    const { call } = await explore({ providers: [S] });
    expect([await call('s.go'), await call('s.empty')]).toEqual([null, null]);
  });
});

describe('exception filters', () => {
  it('answer, map, or leave the error alone', async () => {
    @Catch(Trouble)
    class Map implements ExceptionFilter {
      catch(error: Error) {
        throw new Mapped(error.message);
      }
    }
    @Catch(Trouble)
    class Rpc implements ExceptionFilter {
      catch(error: Error) {
        return throwError(() => new Mapped(`rpc ${error.message}`));
      }
    }
    @Service('s')
    class S {
      @Action() @UseFilters(Answer) answered() {
        throw new Trouble('t');
      }
      @Action() @UseFilters(Map) async mapped() {
        throw new Trouble('t');
      }
      @Action() @UseFilters(Rpc) rpc() {
        throw new Trouble('t');
      }
      @Action() @UseFilters(Answer) other() {
        throw new Mapped('not its business');
      }
    }
    const { call } = await explore({ providers: [S] });
    expect(await call('s.answered')).toBe('answer to t');
    await expect(call('s.mapped')).rejects.toThrow(new Mapped('t'));
    await expect(call('s.rpc')).rejects.toThrow(new Mapped('rpc t'));
    await expect(call('s.other')).rejects.toThrow(new Mapped('not its business'));
  });

  it('that fail themselves leave the first error', async () => {
    @Catch()
    class ForHttp implements ExceptionFilter {
      catch(_: Error, host: ArgumentsHost) {
        host.switchToHttp().getResponse().status(500).json({});
      }
    }
    @Service('s')
    class S {
      @Action() go() {
        throw new Trouble('the cause');
      }
      @Action() @UseFilters({ catch: async () => Promise.reject(new Error('filter broke')) }) late() {
        throw new Trouble('the cause');
      }
    }
    const { call } = await explore({ providers: [S, { provide: APP_FILTER, useClass: ForHttp }] });
    await expect(call('s.go')).rejects.toThrow(new Trouble('the cause'));
    await expect(call('s.late')).rejects.toThrow(new Trouble('the cause'));
  });

  it('go method, class, app, and see refusals of guards too', async () => {
    const named = (name: string) => ({ catch: () => name });
    @Service('s')
    @UseFilters(named('class'))
    class S {
      @Action() @UseFilters(named('method')) both() {
        throw new Trouble('x');
      }
      @Action() @UseGuards(Deny) refused() {}
    }
    @Service('t')
    class T {
      @Action() go() {
        throw new Trouble('x');
      }
    }
    const { call } = await explore({ providers: [S, T, { provide: APP_FILTER, useValue: named('app') }] });
    expect([await call('s.both'), await call('s.refused'), await call('t.go')]).toEqual([
      'method',
      'class',
      'app',
    ]);
  });

  it('that do not match leave no line in the log: the broker or the caller has it', async () => {
    @Service('s')
    class S {
      @Action() @UseFilters(Answer) go() {
        throw new Mapped('x');
      }
      @Action() @UseGuards(Deny) refused() {}
    }
    const { call, app } = await explore({ providers: [S] });
    const log = { log: vi.fn(), error: vi.fn(), warn: vi.fn() };
    app.useLogger(log);
    await expect(call('s.go')).rejects.toThrow(Mapped);
    await expect(call('s.refused')).rejects.toThrow(ForbiddenException);
    app.useLogger(false);
    expect(log.error).not.toHaveBeenCalled();
  });
});

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
  });
});

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
