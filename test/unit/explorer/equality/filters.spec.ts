import {
  ArgumentsHost,
  BadRequestException,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { MoleculerClientError, MoleculerError } from '../../../../lib/errors/moleculer.error.js';
import { both } from './support/both.js';
import { handler } from './support/handler.js';
import { Dependency } from './support/players.js';
import { Mapped, note, Trouble } from './support/stage.js';

/** Notes that it was asked, and answers. */
function filter(name: string, ...types: any[]): new () => ExceptionFilter {
  @Catch(...types)
  class Answering implements ExceptionFilter {
    catch(error: any): any {
      note(`${name} gets ${error?.message ?? error}`);
      return `${name} answers`;
    }
  }
  return Answering;
}

const throws = (thrown: unknown) => () => {
  throw thrown;
};

class Special extends Trouble {}

describe('filters as with Nest', () => {
  const all = [
    filter('http', HttpException),
    filter('special', Special),
    filter('two', Trouble, MoleculerError),
    filter('all'),
  ];
  const thrown: [string, unknown][] = [
    ['an error of its class', new Trouble('x')],
    ['one of a class below', new Special('x')],
    ['one of the library’s', new MoleculerClientError('client')],
    ['Nest’s own', new BadRequestException(['a', 'b'])],
    ['a plain Error', new Error('plain')],
    ['a text', 'text'],
    ['null', null],
    ['undefined', undefined],
    ['an object', { code: 5 }],
  ];

  it.each(thrown)('the first that catches it gets it: %s', async (_, error) => {
    const orders = [all, [...all].reverse(), all.slice(0, 3), all.slice(1, 2), [all[3], all[1]]];
    const types = orders.map((order) => handler({ use: [UseFilters(...order)], go: throws(error) }));
    const app = await both({ providers: types });
    for (const type of types) await app.same(type, 'go');
  });

  it('those of the method go before those of the class; one that does not catch it passes it on', async () => {
    const [http, special, two, any] = all;
    const types = [
      handler({ useOnClass: [UseFilters(any)], use: [UseFilters(special)], go: throws(new Trouble('x')) }),
      handler({ useOnClass: [UseFilters(any)], use: [UseFilters(two)], go: throws(new Trouble('x')) }),
      handler({ useOnClass: [UseFilters(http)], use: [UseFilters(special)], go: throws(new Trouble('x')) }),
    ];
    const app = await both({ providers: types });
    const effects = [];
    for (const type of types) effects.push((await app.same(type, 'go')).effects);
    expect(effects).toEqual([['all gets trouble in x'], ['two gets trouble in x'], []]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['0', 0],
    ['an empty text', ''],
    ['false', false],
    ['an object', { an: 'answer' }],
    ['a promise of nothing', Promise.resolve(undefined)],
    ['a foreign promise', { then: (yes: (value: unknown) => void) => yes('later') }],
  ])('answer with %s', async (_, answer) => {
    const H = handler({ use: [UseFilters({ catch: () => answer })], go: throws(new Trouble('x')) });
    await (await both({ providers: [H] })).same(H, 'go');
  });

  it.each([
    ['another error', new Mapped('filter', null)],
    ['an HttpException', new BadRequestException('x')],
    ['a text', 'text'],
  ])('replace the error by throwing %s, at once or later', async (_, other) => {
    const types = [throws(other), async () => throws(other)()].map((fail) =>
      handler({ use: [UseFilters({ catch: fail })], go: throws(new Trouble('x')) }),
    );
    const app = await both({ providers: types });
    for (const type of types) expect((await app.same(type, 'go')).error).toBe(other);
  });

  it('see the arguments as they came, and neither class nor handler', async () => {
    const look = {
      catch: (_: unknown, host: ArgumentsHost & { getClass?(): unknown; getHandler?(): unknown }) => {
        const rpc = host.switchToRpc();
        return [
          host.getType(),
          host.getClass?.(),
          host.getHandler?.(),
          rpc.getData(),
          rpc.getContext().nodeID,
        ];
      },
    };
    const change = (host: ArgumentsHost) => {
      host.getArgs()[0] = 'changed';
      host.switchToRpc().getContext().params = 'changed too';
      return false;
    };
    const H = handler({ use: [UseFilters(look as never), UseGuards({ canActivate: change as never })] });
    const { value } = await (await both({ providers: [H] })).same(H, 'go');
    expect(value).toEqual(['rpc', null, null, { n: 1 }, 'here']);
  });

  it('have their dependencies when given as classes', async () => {
    @Injectable()
    @Catch()
    class WithDependency implements ExceptionFilter {
      constructor(private readonly dependency: Dependency) {}
      catch() {
        return this.dependency.word;
      }
    }
    const H = handler({ use: [UseFilters(WithDependency)], go: throws(new Trouble('x')) });
    const { value } = await (await both({ providers: [H, Dependency] })).same(H, 'go');
    expect(value).toBe('injected');
  });
});
