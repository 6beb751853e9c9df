import { Controller, Inject, Injectable, Scope, UseFilters, UseGuards } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { ContextIdFactory, REQUEST } from '@nestjs/core';
import type { ContextId, HostComponentInfo } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
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

describe('durable classes', () => {
  const none = { attach: (contextId: ContextId) => () => contextId };
  afterEach(() => ContextIdFactory.apply(none as never));

  it('share an instance among the calls of a tenant', async () => {
    const tenants = new Map<string, ContextId>();
    ContextIdFactory.apply({
      attach(contextId: ContextId, request: unknown) {
        const tenant = String((request as Context).meta['tenant']);
        const parent = tenants.get(tenant) ?? { id: tenants.size + 1 };
        tenants.set(tenant, parent);
        return {
          resolve: (info: HostComponentInfo) => (info.isTreeDurable ? parent : contextId),
          payload: { tenant },
        };
      },
    });
    let made = 0;
    @Service({ name: 's', scope: Scope.REQUEST, durable: true })
    class S {
      constructor(@Inject(REQUEST) private readonly request: { tenant: string }) {
        made++;
      }
      @Action() go() {
        return this.request.tenant;
      }
    }
    const { call } = await explore({ providers: [S] });
    const of = (tenant: string) => call('s.go', {}, (ctx) => (ctx.meta = { tenant }));
    expect([await of('a'), await of('b'), await of('a')]).toEqual(['a', 'b', 'a']);
    expect(made).toBe(2);
  });
});
