import { Controller, type ExecutionContext } from '@nestjs/common';
import { Ctx, MessagePattern, NestMicroservice, Payload } from '@nestjs/microservices';
import { from, interval, map, NEVER, type Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Context } from '../../../lib/context/context.js';
import { MoleculerError } from '../../../lib/errors/moleculer.error.js';
import { RequestTimeoutError } from '../../../lib/errors/request.error.js';
import { recordLogs } from '../logs.fixture.js';
import { hybrid, standalone } from './apps.fixture.js';
import { failure } from './patterns.fixture.js';

/** An application of Nest 12. */
interface Hookable {
  registerPreRequestHook(
    hook: (context: ExecutionContext, next: () => Observable<unknown>) => Observable<unknown>,
  ): void;
}

recordLogs();

describe('handlers', () => {
  it('get params and our context', async () => {
    let seen: unknown[] = [];
    @Controller()
    class Told {
      @MessagePattern('told.all') all(@Payload() data: unknown, @Ctx() ctx: Context): string {
        seen = [data, ctx instanceof Context, ctx.meta, ctx.requestID];
        ctx.meta['answered'] = true;
        return ctx.action!.name;
      }
      @MessagePattern('told.chain') chain(@Ctx() ctx: Context): Promise<unknown> {
        return ctx.call<unknown>('told.all', { from: ctx.level });
      }
    }
    const { broker } = await hybrid([Told]);
    const opts = { meta: { user: 'Ada' }, requestID: 'r-1' };
    expect(await broker.call<unknown>('told.all', { a: 1 }, opts)).toBe('told.all');
    expect(seen).toEqual([{ a: 1 }, true, { user: 'Ada', answered: true }, 'r-1']);
    await broker.call<unknown>('told.chain', {}, { meta: { user: 'Ada' }, requestID: 'r-2' });
    expect(seen).toEqual([{ from: 1 }, true, { user: 'Ada', answered: true }, 'r-2']);
  });

  @Controller()
  class Observed {
    @MessagePattern('o.one') one(): unknown {
      return of(1);
    }
    @MessagePattern('o.none') none(): unknown {
      return from([]);
    }
    @MessagePattern('o.three') three(): unknown {
      return from([1, 2, 3]);
    }
    @MessagePattern('o.promised') async promised(): Promise<unknown> {
      return from(['a', 'b']);
    }
    @MessagePattern('o.endless') endless(): unknown {
      return NEVER;
    }
    @MessagePattern('o.plain') plain(): number {
      return 1;
    }
    @MessagePattern('o.throws') throws(): never {
      throw new Error('of the handler');
    }
    @MessagePattern('o.ticking') ticking(): unknown {
      return interval(1);
    }
  }

  it('may answer with an Observable of one value; of several it is refused', async () => {
    const { broker } = await hybrid([Observed]);
    expect(await broker.call<unknown>('o.one')).toBe(1);
    expect(await broker.call<unknown>('o.none')).toBeNull();
    for (const name of ['o.three', 'o.promised', 'o.ticking']) {
      const error = await failure(broker, name);
      expect(error).toBeInstanceOf(MoleculerError);
      expect(error).toMatchObject({ code: 501, type: 'SEVERAL_VALUES', data: { action: name } });
    }
    expect(await failure(broker, 'o.endless', {}, { timeout: 10 })).toBeInstanceOf(RequestTimeoutError);
  });

  it('run between the hooks of tracing tools', async () => {
    const told: string[] = [];
    const { broker } = await hybrid([Observed], {
      prepare: (_app, server) => {
        server.setOnProcessingStartHook((transport, ctx, done) => {
          told.push(`start ${(ctx as Context).action!.name} ${String(transport)}`);
          void done();
        });
        server.setOnProcessingEndHook((_transport, ctx) => told.push(`end ${(ctx as Context).action!.name}`));
      },
    });
    expect(await broker.call<unknown>('o.one')).toBe(1);
    await failure(broker, 'o.three');
    expect(told).toEqual([
      'start o.one Symbol(nestjs-moleculer)',
      'end o.one',
      'start o.three Symbol(nestjs-moleculer)',
      'end o.three',
    ]);
  });

  it('fail as the hooks do; one that is async ends nothing but the call', async () => {
    const fails = (text: string) => () => {
      throw new Error(text);
    };
    const serve = async (start: (done: () => Promise<unknown>) => unknown, end: () => unknown) => {
      const { broker } = await hybrid([Observed], {
        prepare: (_app, server) => {
          server.setOnProcessingStartHook((_transport, _ctx, done) => start(done) as never);
          server.setOnProcessingEndHook(end as never);
        },
      });
      return broker;
    };
    const nothing = () => undefined;
    for (const start of [fails('start'), async () => fails('start')()])
      expect((await failure(await serve(start, nothing), 'o.plain')).message).toBe('start');
    const failing = await serve((done) => done(), fails('end'));
    expect((await failure(failing, 'o.plain')).message).toBe('end');
    expect((await failure(failing, 'o.throws')).message).toBe('of the handler');
    const later = await serve(
      (done) => done(),
      async () => fails('end')(),
    );
    expect(await later.call<unknown>('o.plain')).toBe(1);
    expect((await failure(later, 'o.throws')).message).toBe('of the handler');
  });

  // Nest 11 has none.
  it.runIf('registerPreRequestHook' in NestMicroservice.prototype)(
    'run after the pre-request hooks',
    async () => {
      const told: string[] = [];
      const { broker } = await standalone([Observed], {}, (app) =>
        (app as unknown as Hookable).registerPreRequestHook((context, next) => {
          told.push(context.switchToRpc().getContext<Context>().action!.name);
          return next().pipe(map((value) => `hooked ${String(value)}`));
        }),
      );
      expect(await broker.call<unknown>('o.one')).toBe('hooked 1');
      expect(told).toEqual(['o.one']);
    },
  );
});
