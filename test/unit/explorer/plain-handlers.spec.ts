import { EMPTY, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Ctx, Headers, Meta } from '../../../lib/decorators/context.decorators.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { context, explore } from './support/explore.js';

class Trouble extends Error {}

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
