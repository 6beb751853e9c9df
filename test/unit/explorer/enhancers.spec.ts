import {
  createParamDecorator,
  ForbiddenException,
  Injectable,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import type {
  CallHandler,
  CanActivate,
  ExecutionContext,
  NestInterceptor,
  PipeTransform,
} from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { IsInt } from 'class-validator';
import { EMPTY, filter, map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Event } from '../../../lib/decorators/event.decorator.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { isMoleculerContext } from '../../../lib/explorer/handler-context.js';
import { Answer, Deny } from './enhancers.fixture.js';
import { context, explore } from './support/explore.js';

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
    expect(() => service.events[0].handler(context())).toThrow(ForbiddenException);
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
