import {
  Catch,
  createParamDecorator,
  Inject,
  Injectable,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { ExternalContextCreator, REQUEST } from '@nestjs/core';
import { finalize, isObservable, NEVER } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { Action } from '../../../lib/decorators/action.decorator.js';
import { Ctx } from '../../../lib/decorators/context.decorators.js';
import { Params } from '../../../lib/decorators/params.decorator.js';
import { Service } from '../../../lib/decorators/service.decorator.js';
import { later } from '../../../lib/pipeline/outcome.js';
import { context, explore } from './support/explore.js';

afterEach(() => vi.restoreAllMocks());

const allow = { canActivate: () => true };
const same = { transform: (value: unknown) => value };
const pass = { intercept: (_: unknown, next: any) => next.handle() };
const Level = createParamDecorator((_, host) => host.switchToRpc().getContext<Context>().level);

/** Counts the runs of Nest's own chains. */
function watchNest(): { runs: number } {
  const seen = { runs: 0 };
  const { create } = ExternalContextCreator.prototype;
  vi.spyOn(ExternalContextCreator.prototype, 'create').mockImplementation(function (
    this: ExternalContextCreator,
    ...args: any[]
  ) {
    const run = create.apply(this, args as never);
    return (...given: unknown[]) => {
      seen.runs++;
      return run(...given);
    };
  } as never);
  return seen;
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientGuard {
  canActivate() {
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestGuard {
  constructor(@Inject(REQUEST) private readonly ctx: Context) {}
  canActivate() {
    return this.ctx.params !== 'out';
  }
}

describe('a compiled handler', () => {
  it('answers at once while everything does, however much is bound to it', async () => {
    @Catch()
    class Never {
      catch() {}
    }
    @Service('s')
    class S {
      @Action()
      @UseGuards(allow)
      @UsePipes(same)
      @UseFilters(Never)
      go(@Params(same) params: number, @Ctx() ctx: Context, @Level() level: number) {
        return [params, ctx.level, level];
      }
    }
    const { handler } = await explore({ providers: [S] });
    expect(handler('s.go')(context(5))).toEqual([5, 1, 1]);
  });

  it('is not run by Nest; what is made for each call or each user is', async () => {
    const nest = watchNest();
    @Service('s')
    class S {
      @Action() @UseGuards(allow) @UseInterceptors(pass) @UsePipes(same) compiled(@Params() params: unknown) {
        return params;
      }
      @Action() @UseGuards(TransientGuard) transient() {
        return 'in';
      }
    }
    @Service('r')
    class R {
      @Action() @UseGuards(RequestGuard) go() {
        return 'in';
      }
    }
    const { call } = await explore({ providers: [S, R] });
    const before = nest.runs;
    expect(await call('s.compiled', 1)).toBe(1);
    expect(nest.runs).toBe(before);
    expect(await call('s.transient')).toBe('in');
    expect(nest.runs).toBe(before + 1);
    expect(await call('r.go')).toBe('in');
    await expect(call('r.go', 'out')).rejects.toThrow('Forbidden');
    expect(nest.runs).toBe(before + 3);
  });

  it('is looked over by Nest at start: it warns of what will not work', async () => {
    @Service('s')
    class S {
      @Action() go(params: unknown) {
        return params;
      }
    }
    const log = { log: vi.fn(), error: vi.fn(), warn: vi.fn() };
    // As compiled by tsx or esbuild: without the types of arguments.
    Reflect.deleteMetadata('design:paramtypes', S.prototype, 'go');
    UsePipes(new ValidationPipe())(S);
    await explore({ providers: [S] }, { prepare: (app) => app.useLogger(log) });
    expect(log.warn).toHaveBeenCalledWith(expect.stringMatching(/S.*go/), expect.anything());
  });

  it('gives up what its interceptors and it have subscribed to when the call is given up', async () => {
    const left: string[] = [];
    const watch = (name: string) => ({
      intercept: (_: unknown, next: any) => next.handle().pipe(finalize(() => left.push(name))),
    });
    @Service('s')
    class S {
      @Action() @UseInterceptors(watch('outer'), watch('inner')) endless() {
        return NEVER.pipe(finalize(() => left.push('handler')));
      }
    }
    const { handler } = await explore({ providers: [S] });
    const ctx = context();
    const result = handler('s.endless')(ctx);
    expect(isObservable(result)).toBe(true);
    const answer = later(result, ctx);
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toEqual([]);
    ctx.abort(new Error('too late'));
    expect(left.sort()).toEqual(['handler', 'inner', 'outer']);
    expect(await answer).toBeNull();
  });
});
