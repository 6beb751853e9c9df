import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  SetMetadata,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { delay, EMPTY, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { both } from './support/both.js';
import { handler } from './support/handler.js';
import { note } from './support/stage.js';

const guard = (canActivate: (host: ExecutionContext) => unknown): MethodDecorator & ClassDecorator =>
  UseGuards({ canActivate } as CanActivate);

describe('guards as with Nest: what counts as yes', () => {
  const answers: [string, () => unknown, boolean][] = [
    ['true', () => true, true],
    ['false', () => false, false],
    ['1', () => 1, true],
    ['0', () => 0, false],
    ['a text', () => 'no', true],
    ['an empty text', () => '', false],
    ['an object', () => ({}), true],
    ['null', () => null, false],
    ['nothing', () => undefined, false],
    ['a promise of true', async () => true, true],
    ['a promise of nothing', async () => undefined, false],
    ['a foreign promise', () => ({ then: (yes: (v: boolean) => void) => yes(false) }), false],
    ['an Observable whose last is true', () => of(false, true), true],
    ['an Observable whose last is false', () => of(true, false), false],
    ['an Observable with time', () => of(true).pipe(delay(1)), true],
    ['an empty Observable', () => EMPTY, false],
    ['a failing Observable', () => throwError(() => new Error('x')), false],
    ['a promise of an Observable of false', async () => of(false), false],
  ];

  it.each(answers)('%s', async (_, canActivate, expected) => {
    const H = handler({ use: [guard(canActivate)] });
    const { value } = await (await both({ providers: [H] })).same(H, 'go');
    expect(value !== undefined).toBe(expected);
  });
});

describe('guards as with Nest', () => {
  it('run from class to method, from the first to the one that refuses', async () => {
    const saying = (text: string, answer: unknown) => guard(() => (note(text), answer));
    const H = handler({
      // The decorators nearest to the class and the method come first.
      useOnClass: [saying('class 2', Promise.resolve(1)), saying('class 1', true)],
      use: [saying('method 3', true), saying('method 2', false), saying('method 1', true)],
    });
    const { effects, error } = await (await both({ providers: [H] })).same(H, 'go');
    expect(effects).toEqual(['class 1', 'class 2', 'method 1', 'method 2']);
    expect(error).toBeInstanceOf(ForbiddenException);
  });

  it('see class, handler, arguments and metadata, and share one context', async () => {
    const Roles = (...roles: string[]) => SetMetadata('roles', roles);
    @Injectable()
    class RolesGuard implements CanActivate {
      constructor(private readonly reflector: Reflector) {}
      canActivate(host: ExecutionContext) {
        const places = [host.getHandler(), host.getClass()];
        note(this.reflector.getAllAndMerge<string[]>('roles', places).join());
        note(this.reflector.getAllAndOverride<string[]>('roles', places).join());
        note(`${host.getClass().name === H.name} ${host.getHandler() === H.prototype.go}`);
        const rpc = host.switchToRpc();
        note(JSON.stringify([rpc.getData(), rpc.getContext(), host.getArgByIndex(2), host.getType()]));
        (host as any).seen = true;
        return true;
      }
    }
    const H = handler({
      useOnClass: [Roles('class')],
      use: [
        guard((host) => (note(String((host as any).seen)), true)),
        UseGuards(RolesGuard),
        Roles('method'),
      ],
    });
    const { effects } = await (await both({ providers: [H] })).same(H, 'go');
    expect(effects.slice(0, 3)).toEqual(['method,class', 'method', 'true true']);
    expect(effects.at(-1)).toBe('true');
  });

  it('may replace arguments: interceptors and handler get the new ones, filters the old', async () => {
    const replace = (host: ExecutionContext) => {
      const args = host.getArgs();
      args[0] = { other: true };
      args[1] = { nodeID: 'other' };
      return true;
    };
    const look = {
      intercept: (host: ExecutionContext, next: any) => {
        note(JSON.stringify(host.getArgs()));
        host.getArgs()[0] = 'too late';
        return next.handle();
      },
    };
    const go = (params: unknown, ctx: unknown) => note(JSON.stringify([params, ctx]));
    const H = handler({ use: [guard(replace), UseInterceptors(look as never)], go });
    const { effects } = await (await both({ providers: [H] })).same(H, 'go');
    expect(effects).toEqual(Array(2).fill('[{"other":true},{"nodeID":"other"}]'));
  });

  it('may replace the params of the Context: the arguments stay', async () => {
    const replace = (host: ExecutionContext) => {
      host.switchToRpc().getContext().params = 'other';
      return true;
    };
    const H = handler({ use: [guard(replace)], go: (params, ctx) => [params, ctx.params] });
    const { value } = await (await both({ providers: [H] })).same(H, 'go');
    expect(value).toEqual([{ n: 1 }, 'other']);
  });
});
