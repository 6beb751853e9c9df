import {
  Controller,
  Inject,
  Injectable,
  Scope,
  UnauthorizedException,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { APP_GUARD, ContextIdFactory, ModuleRef, REQUEST } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { context, explore } from './support/explore.js';

describe('request-scoped classes', () => {
  @Injectable({ scope: Scope.REQUEST })
  class Request {
    constructor(@Inject(REQUEST) readonly ctx: Context) {}
  }

  it.each([
    ['providers', (S: any) => ({ providers: [S, Request] })],
    ['providers under another token', (S: any) => ({ providers: [{ provide: 'x', useClass: S }, Request] })],
    ['controllers', (S: any) => ({ controllers: [S], providers: [Request] })],
  ])('are made anew for every call, with the Context as REQUEST: %s', async (_, metadata) => {
    let made = 0;
    @Service('s')
    @Controller()
    class S {
      constructor(private readonly request: Request) {
        made++;
      }
      @Action() go() {
        return this.request.ctx;
      }
    }
    const { handler } = await explore(metadata(S));
    const [one, two] = [context(1), context(2)];
    expect(await handler('s.go')(one)).toBe(one);
    expect(await handler('s.go')(two)).toBe(two);
    expect(made).toBe(2);
  });

  it('have their enhancers', async () => {
    @Injectable()
    class Allow implements CanActivate {
      constructor(private readonly request: Request) {}
      canActivate() {
        return this.request.ctx.params === 'in';
      }
    }
    @Service({ name: 's', scope: Scope.REQUEST })
    class S {
      @Action() @UseGuards(Allow) go() {
        return 'done';
      }
    }
    const { call } = await explore({ providers: [S, Request] });
    expect(await call('s.go', 'in')).toBe('done');
    await expect(call('s.go', 'out')).rejects.toThrow('Forbidden');
  });

  it('give an error of their making to the filters', async () => {
    @Service({ name: 's', scope: Scope.REQUEST })
    @UseFilters({ catch: (error: Error) => `filtered: ${error.message}` })
    class S {
      constructor(@Inject(REQUEST) ctx: Context) {
        if (ctx.params === 'bad') throw new Error('cannot be made');
      }
      @Action() go() {
        return 'done';
      }
    }
    const { call } = await explore({ providers: [S] });
    expect(await call('s.go', 'bad')).toBe('filtered: cannot be made');
    expect(await call('s.go', 'good')).toBe('done');
  });
});

describe('what cannot be made', () => {
  class Refused extends Error {}
  const failing: Record<string, () => unknown> = {
    mishap: () => (undefined as any).tenant,
    refusal: () => {
      throw new Refused('no tenant');
    },
    http: () => {
      throw new UnauthorizedException('who are you?');
    },
  };

  @Injectable({ scope: Scope.REQUEST })
  class Part {
    constructor(@Inject(REQUEST) ctx: Context) {
      failing[ctx.params as string]?.();
    }
  }
  @Injectable()
  class Guard implements CanActivate {
    constructor(readonly part: Part) {}
    canActivate = () => true;
  }
  const factory = (useFactory: (ctx: Context) => unknown) => ({
    provide: 'made',
    scope: Scope.REQUEST,
    inject: [REQUEST],
    useFactory,
  });

  class Own {
    constructor(@Inject(REQUEST) ctx: Context) {
      failing[ctx.params as string]?.();
    }
    go = () => 'done';
  }
  class Depending {
    constructor(_part: Part, @Inject('made') _made: unknown, _other: Part) {}
  }

  it.each<[what: string, host: any, providers: any[]]>([
    ['the class itself', Own, []],
    ['a class it needs', Depending, [Part, factory(() => 1)]],
    ['a class that its guard needs', class {}, [Part]],
    ['what a factory promises', Depending, [Part, factory(async (ctx) => failing[ctx.params as string]?.())]],
  ])('fails the call, and no other: %s', async (what, host, providers) => {
    @Service({ name: 's', scope: Scope.REQUEST })
    class S extends host {
      @Action() act() {
        return 'done';
      }
    }
    if (what.includes('guard')) UseGuards(Guard)(S);
    else if (host !== Own) Reflect.defineMetadata('design:paramtypes', [Part, Object, Part], S);
    const { call } = await explore({ providers: [S, ...providers] });
    await expect(call('s.act', 'mishap')).rejects.toMatchObject({
      name: 'MoleculerError',
      type: 'INSTANCE_NOT_MADE',
      code: 500,
      message: expect.stringMatching(/^S\.act: the instance for this call could not be made: Cannot read/),
      cause: expect.any(TypeError),
    });
    await expect(call('s.act', 'refusal')).rejects.toBeInstanceOf(Refused);
    await expect(call('s.act', 'http')).rejects.toBeInstanceOf(UnauthorizedException);
    expect(await call('s.act', 'good')).toBe('done');
  });

  it('reaches a filter as it is; one that lets it go on does not hide where it was', async () => {
    const seen: unknown[] = [];
    @Service({ name: 's', scope: Scope.REQUEST })
    @UseFilters({
      catch(error: Error) {
        seen.push(error);
        throw error;
      },
    })
    class S {
      constructor(@Inject(REQUEST) ctx: Context) {
        failing[ctx.params as string]?.();
      }
      @Action() act() {}
    }
    const { call } = await explore({ providers: [S] });
    const error = await call('s.act', 'mishap').catch((thrown: unknown) => thrown);
    expect(seen).toEqual([expect.any(TypeError)]);
    expect(error).toMatchObject({ type: 'INSTANCE_NOT_MADE', cause: seen[0] });
  });
});

describe('what a factory makes for a call', () => {
  class Counter {
    constructor(readonly ctx: Context) {}
    @Action() go() {
      return this.ctx.params;
    }
  }
  const provide = (useFactory: (ctx: Context) => unknown, more = {}) => ({
    provide: Counter,
    scope: Scope.REQUEST,
    inject: [REQUEST],
    useFactory,
    ...more,
  });

  it('is a service if its token is a class with handlers', async () => {
    const { call } = await explore({ providers: [provide((ctx) => new Counter(ctx))] });
    expect([await call('counter.go', 1), await call('counter.go', 2)]).toEqual([1, 2]);
  });

  it('has the enhancers of the app', async () => {
    const deny = { provide: APP_GUARD, useValue: { canActivate: () => false } };
    const { call } = await explore({ providers: [provide((ctx) => new Counter(ctx)), deny] });
    await expect(call('counter.go', 1)).rejects.toThrow('Forbidden');
  });

  it.each([
    ['another method', () => ({ go: () => 'unguarded' }), /is not Counter\.go/],
    ['nothing', () => undefined, /could not be made/],
  ])('must be what its token says: %s', async (_, useFactory, text) => {
    const { call } = await explore({ providers: [provide(useFactory)] });
    await expect(call('counter.go')).rejects.toMatchObject({
      type: 'INSTANCE_NOT_MADE',
      message: expect.stringMatching(text),
    });
  });
});

describe('the context ID of a call', () => {
  it('is found on the Context: what is resolved with it is what the handler has', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Unit {}
    @Service({ name: 's', scope: Scope.REQUEST })
    class S {
      constructor(
        private readonly unit: Unit,
        private readonly ref: ModuleRef,
        @Inject(REQUEST) private readonly ctx: Context,
      ) {}
      @Action() async go() {
        const contextId = ContextIdFactory.getByRequest(this.ctx as never);
        return [(await this.ref.resolve(Unit, contextId)) === this.unit, Object.keys(this.ctx.toJSON())];
      }
    }
    const { call } = await explore({ providers: [S, Unit] });
    const [same, keys] = await call('s.go');
    expect(same).toBe(true);
    expect(keys).toEqual(Object.keys(context().toJSON()));
  });
});
