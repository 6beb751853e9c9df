import { Catch, type ExceptionFilter, UseFilters, UseInterceptors, UsePipes } from '@nestjs/common';
import { EMPTY, filter, forkJoin, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { both } from './support/both.js';
import { handler } from './support/handler.js';
import { note, Trouble } from './support/stage.js';

const throws = (error: unknown) => () => {
  throw error;
};

/** Where a handler of ours deliberately does something else than Nest's ExternalContextCreator. There are no others that we know. */
describe('a handler differs from Nest’s ExternalContextCreator', () => {
  it('an Observable without values gives null; there it is an error', async () => {
    const none = { intercept: (_: unknown, next: any) => next.handle().pipe(filter(() => false)) };
    const types = [
      handler({
        use: [UseInterceptors({ intercept: (_: unknown, next: any) => next.handle() })],
        go: () => EMPTY,
      }),
      handler({ use: [UseInterceptors(none as never)] }),
      handler({ use: [UseFilters({ catch: () => 'caught' })], go: () => EMPTY }),
    ];
    const app = await both({ providers: types });
    for (const type of types) expect((await app.ours(type, 'go', {})).value).toBeNull();
    expect((await app.nest(types[0], 'go', {})).error).toMatchObject({ name: 'EmptyError' });
    expect((await app.nest(types[2], 'go', {})).value).toBe('caught');
  });

  it('a filter that itself fails leaves the first error; there its own replaces it', async () => {
    const first = new Trouble('first');
    // A plain Error, too: nobody can tell whether it was meant.
    for (const second of [new TypeError('second'), new Error('second')]) {
      const types = [throws(second), async () => throws(second)()].map((fail) =>
        handler({ use: [UseFilters({ catch: fail })], go: throws(first) }),
      );
      const app = await both({ providers: types });
      for (const type of types) {
        expect((await app.nest(type, 'go', {})).error).toBe(second);
        const { error, logs } = await app.ours(type, 'go', {});
        expect(error).toBe(first);
        expect(logs).toEqual([
          expect.stringMatching(/An exception filter of h\d+\.go itself failed.*second/),
        ]);
      }
    }
  });

  it('an Observable that a filter returns is unwrapped; there it is the answer itself', async () => {
    @Catch()
    class ForRpc implements ExceptionFilter {
      catch(error: Trouble) {
        return error.place === 'a' ? of(1, 2) : throwError(() => new Trouble('rpc'));
      }
    }
    const [A, B] = ['a', 'b'].map((place) =>
      handler({ use: [UseFilters(ForRpc)], go: throws(new Trouble(place)) }),
    );
    const app = await both({ providers: [A, B] });
    expect((await app.ours(A, 'go', {})).value).toBe(2);
    expect((await app.ours(B, 'go', {})).error).toEqual(new Trouble('rpc'));
  });

  it('what need not wait does not: runs of one handler at the same time take turns at other places', async () => {
    const twice = { intercept: (_: unknown, next: any) => forkJoin([next.handle(), next.handle()]) };
    const pipe = { transform: (value: unknown) => (note('pipe'), value) };
    const H = handler({ use: [UseInterceptors(twice as never), UsePipes(pipe)], go: () => note('handler') });
    const app = await both({ providers: [H] });
    const pipes = ['pipe', 'pipe'];
    expect((await app.nest(H, 'go', {})).effects).toEqual([...pipes, ...pipes, 'handler', 'handler']);
    expect((await app.ours(H, 'go', {})).effects).toEqual([...pipes, 'handler', ...pipes, 'handler']);
  });
});
