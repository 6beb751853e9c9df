import { Inject, Injectable, Scope } from '@nestjs/common';
import { ContextIdFactory, REQUEST } from '@nestjs/core';
import type { ContextId, HostComponentInfo } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { explore, type Explored } from './support/explore.js';

describe('durable classes', () => {
  const none = { attach: (contextId: ContextId) => () => contextId };
  afterEach(() => ContextIdFactory.apply(none as never));

  /** A tenant a tree, as Nest's documentation has it. */
  function byTenant(payload?: (tenant: string) => object): void {
    const tenants = new Map<string, ContextId>();
    ContextIdFactory.apply({
      attach(contextId: ContextId, request: unknown) {
        const tenant = String((request as Context).meta['tenant']);
        const tree = tenants.get(tenant) ?? { id: tenants.size + 1 };
        tenants.set(tenant, tree);
        const resolve = (info: HostComponentInfo) => (info.isTreeDurable ? tree : contextId);
        return payload === undefined ? resolve : { resolve, payload: payload(tenant) };
      },
    });
  }
  const asTenant = (call: Explored['call'], tenant: string, params: unknown = {}) =>
    call('s.go', params, (ctx) => (ctx.meta = { tenant }));

  it('share an instance among the calls of a tenant, in which REQUEST is the payload', async () => {
    byTenant((tenant) => ({ tenant }));
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
    const answers = await Promise.all(['a', 'b', 'a', 'b'].map((tenant) => asTenant(call, tenant)));
    expect([...answers, await asTenant(call, 'a')]).toEqual(['a', 'b', 'a', 'b', 'a']);
    expect(made).toBe(2);
  });

  it('never see the context of the call they were made for', async () => {
    byTenant();
    @Service({ name: 's', scope: Scope.REQUEST, durable: true })
    class S {
      constructor(@Inject(REQUEST) private readonly request: unknown) {}
      @Action() go() {
        return this.request;
      }
    }
    const { call } = await explore({ providers: [S] });
    expect([await asTenant(call, 'a', 1), await asTenant(call, 'a', 2)]).toEqual([undefined, undefined]);
  });

  it('are made for a call, with its Context, where no strategy says more', async () => {
    @Service({ name: 's', scope: Scope.REQUEST, durable: true })
    class S {
      constructor(@Inject(REQUEST) private readonly ctx: Context) {}
      @Action() go() {
        return this.ctx.params;
      }
    }
    Reflect.deleteProperty(ContextIdFactory, 'strategy');
    const { call } = await explore({ providers: [S] });
    expect([await call('s.go', 1), await call('s.go', 2)]).toEqual([1, 2]);
  });

  it('below a request-scoped class are shared; the class gets the Context with what the strategy adds', async () => {
    byTenant((tenant) => ({ tenant, params: 'forged', id: 'forged' }));
    let made = 0;
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Pool {
      constructor() {
        made++;
      }
    }
    @Service({ name: 's', scope: Scope.REQUEST })
    class S {
      constructor(
        readonly pool: Pool,
        @Inject(REQUEST) private readonly ctx: Context & { tenant: string },
      ) {}
      @Action() go(_params: unknown, ctx: Context) {
        return [this.ctx === ctx, this.ctx.tenant, ctx.params, ctx.id];
      }
    }
    const { call } = await explore({ providers: [S, Pool] });
    expect(await asTenant(call, 'a', 1)).toEqual([true, 'a', 1, 'id']);
    expect(await asTenant(call, 'a', 2)).toEqual([true, 'a', 2, 'id']);
    expect(made).toBe(1);
  });

  it('that could not be made fail every call that waited for it, and are made at the next', async () => {
    byTenant((tenant) => ({ tenant }));
    let broken = true;
    const connection = {
      provide: 'connection',
      scope: Scope.REQUEST,
      durable: true,
      useFactory: async () => {
        await Promise.resolve();
        if (broken) throw new Error('database is down');
        return 'connected';
      },
    };
    @Service({ name: 's', scope: Scope.REQUEST, durable: true })
    class S {
      constructor(@Inject('connection') private readonly connection: string) {}
      @Action() go() {
        return this.connection;
      }
    }
    const { call } = await explore({ providers: [S, connection] });
    const failed = await Promise.allSettled([asTenant(call, 'a'), asTenant(call, 'a'), asTenant(call, 'b')]);
    expect(failed.map((one) => (one as PromiseRejectedResult).reason.message)).toEqual(
      Array(3).fill('S.go: the instance for this call could not be made: database is down'),
    );
    broken = false;
    expect(await asTenant(call, 'a')).toBe('connected');
  });
});
