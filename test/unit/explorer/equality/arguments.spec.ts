import 'reflect-metadata';
import * as common from '@nestjs/common';
import {
  createParamDecorator,
  DefaultValuePipe,
  type ExecutionContext,
  Injectable,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseIntPipe,
  type PipeTransform,
  UseGuards,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { IsInt, IsString, MinLength } from 'class-validator';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Ctx, Headers, Meta } from '../../../../lib/decorators/context.decorators.js';
import { Params, Payload } from '../../../../lib/decorators/params.decorator.js';
import { ASSUMED, both } from './support/both.js';
import { handler, type HandlerParts } from './support/handler.js';
import { note, Trouble } from './support/stage.js';

/** Makes a chain of what would be a direct call. */
const open = UseGuards({ canActivate: () => true });

const saying = (name: string, change: (value: any) => unknown = (value) => value): PipeTransform => ({
  transform: (value, { type, data, metatype }) => {
    note(`${name}: ${type} ${String(data)} ${metatype?.name} ${JSON.stringify(value)}`);
    return change(value);
  },
});
const stream = of(1);
const later = async (value: unknown) => value;
const failing = (place: string) => () => {
  throw new Trouble(place);
};

const factory = (make: (data: any, host: ExecutionContext) => unknown) => createParamDecorator(make);
const Value = factory((data) => (note(`factory ${data}`), data));
const Later = factory(async (data) => (note(`factory ${data}`), data));
const Failing = factory((data) => (note(`factory ${data}`), failing(data)()));
const Rejecting = factory(async (data) => (note(`factory ${data}`), failing(data)()));

class Dto {
  @IsInt() n!: number;
  @IsString() @MinLength(2) name!: string;
}

@Injectable()
class Half implements PipeTransform {
  transform(value: number) {
    return value / 2;
  }
}

/** A Standard Schema, by hand. */
const EVEN = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) =>
      Number(value) % 2 === 0 ? { value: `even ${String(value)}` } : { issues: [{ message: 'odd' }] },
  },
};
const Level = factory((_, host) => host.switchToRpc().getContext().level);
/** Nest 12 has such a pipe; where there is none, values pass. */
const StandardSchemaValidationPipe = (
  common as { StandardSchemaValidationPipe?: new (o: object) => PipeTransform }
).StandardSchemaValidationPipe;
const bySchema: PipeTransform =
  StandardSchemaValidationPipe === undefined
    ? { transform: (value) => value as unknown }
    : new StandardSchemaValidationPipe({ validateCustomDecorators: true });

const go = (...args: any[]) => args.map((arg) => (typeof arg?.nodeID === 'string' ? 'the Context' : arg));

describe('arguments and pipes as with Nest', () => {
  const rows: Record<string, [HandlerParts, unknown?]> = {
    'the params and the context': [{ use: [open] }],
    'by key': [{ args: [Params('n'), Payload('missing'), Payload()] }],
    'by key, of no object': [{ args: [Params('n'), Params()] }, null],
    'by an empty key': [{ args: [Params('')] }],
    'by the key of a prototype': [{ args: [Params('toString'), Params('constructor')] }],
    'meta, headers and their keys': [{ args: [Meta(), Meta('a'), Headers(), Headers('b'), Ctx()] }],
    'of a decorator of one’s own': [{ args: [Value('a'), Params('n'), Value('b')] }],
    'of one that gives a promise': [{ args: [Later('a'), Params('n'), Value('b')] }],
    'of one that gives an Observable, which stays one': [{ args: [factory(() => stream)(), Params()] }],
    'of one that gives a foreign promise': [
      { args: [factory(() => ({ then: (yes: (value: unknown) => void) => yes('later') }))()] },
    ],
    'of one that fails': [{ args: [Value('a'), Failing('b'), Value('c')] }],
    'of two that fail': [{ args: [Failing('a'), Params(saying('pipe', failing('pipe'))), Failing('c')] }],
    'of one that fails later': [{ args: [Rejecting('a'), Failing('b'), Later('c')] }],
    'of one that sees class, handler and arguments': [
      {
        args: [
          factory((data, host) => {
            const rpc = host.switchToRpc();
            return [data, host.getType(), host.getHandler().name, rpc.getData(), host.getArgs().length];
          })({ some: 'data' }),
        ],
      },
    ],
    'of one that changes its context, which no other sees': [
      {
        args: [
          factory((_, host) => (host.getArgs()[0] = 'changed'))(),
          factory((_, host) => host.getArgByIndex(0))(),
          factory((_, host) => (host.getArgs()[0] = 'changed'))(),
          Params(),
        ],
      },
    ],
    'a promise as params': [{ args: [Params(), Ctx()], use: [open] }, Promise.resolve('later')],
    'pipes of class, method and argument': [
      {
        useOnClass: [UsePipes(saying('class 1'), saying('class 2'))],
        use: [UsePipes(saying('method'))],
        args: [Params(saying('argument 1'), saying('argument 2')), Ctx()],
        types: [Dto, Object],
      },
    ],
    'pipes of several arguments, one after the other': [
      { args: [Params('n', saying('a1'), saying('a2'), saying('a3')), Params(saying('b1'), saying('b2'))] },
    ],
    'pipes that need time': [
      {
        args: [
          Params('n', saying('a1'), saying('a2', later), saying('a3')),
          Value('x', saying('b1'), saying('b2'), saying('b3')),
          Later('y', saying('c1'), saying('c2', later)),
        ],
      },
    ],
    'a pipe that fails, while others go on': [
      {
        args: [
          Params('n', saying('a1'), saying('a2', failing('a2')), saying('a3')),
          Value('x', saying('b1'), saying('b2'), saying('b3'), saying('b4')),
        ],
      },
    ],
    'two pipes that fail': [
      {
        args: [
          Value('x', saying('a1'), saying('a2', failing('a2'))),
          Params('n', saying('b1', later), saying('b2', failing('b2'))),
          Later('y', saying('c1', failing('c1'))),
        ],
      },
    ],
    'a pipe that rejects, while others go on': [
      {
        args: [
          Params(
            'n',
            saying('a1', async () => failing('a1')()),
            saying('a2'),
          ),
          Value('x', saying('b1'), saying('b2')),
        ],
      },
    ],
    'a pipe that changes what it is told': [
      {
        use: [UsePipes({ transform: (value: unknown, told: any) => ((told.data = 'changed'), value) })],
        args: [Params(saying('second')), Params('n', saying('second'))],
      },
    ],
    'a decorator of one’s own that is given a schema and pipes': [
      { args: [Value({ schema: EVEN, pipes: [saying('a')] } as never), Params('n', saying('b'))] },
    ],
    'a pipe that validates by the schema of an argument': [
      { use: [UsePipes(bySchema)], args: [Level({ schema: EVEN } as never)] },
    ],
    'a class as pipe': [{ use: [UsePipes(Half)], args: [Params('n')] }],
    'Nest’s own pipes': [
      {
        args: [
          Params('n', ParseIntPipe),
          Params('flag', new DefaultValuePipe('true'), ParseBoolPipe),
          Params('list', new ParseArrayPipe({ items: Number, separator: ';' })),
        ],
      },
      { n: '4', list: '1;2' },
    ],
    'Nest’s own pipes, refusing': [{ args: [Params('n', ParseIntPipe)] }, { n: 'x' }],
    'a ValidationPipe that lets pass': [
      { use: [UsePipes(new ValidationPipe({ transform: true, whitelist: true }))], types: [Dto, Object] },
      { n: 1, name: 'long', more: true },
    ],
    'a ValidationPipe that refuses': [
      { use: [UsePipes(new ValidationPipe({ forbidNonWhitelisted: true, whitelist: true }))], types: [Dto] },
      { n: 'x', name: 's', more: true },
    ],
    'a ValidationPipe on an argument': [{ args: [Params(new ValidationPipe())], types: [Dto] }, { n: 1 }],
    'a ValidationPipe without types': [{ use: [UsePipes(new ValidationPipe())], types: [] }, { n: 'x' }],
  };

  it.each(Object.entries(rows))('%s', async (_, [parts, params = { n: 1 }]) => {
    const H = handler({ go, ...parts });
    const app = await both({ providers: [H] });
    await app.same(H, 'go', () => structured(params));
  });

  it('tell pipes the schema of an argument, where Nest does', async () => {
    const told: object[] = [];
    const pipe = { transform: (value: unknown, metadata: object) => (told.push(metadata), value) };
    const H = handler({ args: [Params(pipe), Value('x', pipe)], types: [String, Number], go });
    const key = Object.keys(Reflect.getMetadata('__routeArguments__', H, 'go')).at(-1)!;
    const entries = Reflect.getMetadata('__routeArguments__', H, 'go');
    entries[key].schema = { '~standard': 'of the argument' };
    const app = await both({ providers: [H] });
    await app.same(H, 'go');
    expect(told).toHaveLength(6);
    expect(told.slice(2, 4)).toStrictEqual(told.slice(0, 2));
    expect(told[0]).not.toBe(told[2]);
  });

  it('without decorators are the params, which pipes see as the body, and the context', async () => {
    const app = await both({ providers: [Undecorated] });
    const { effects, value } = await app.same(Undecorated, 'go');
    expect(value).toEqual([{ n: 1 }, 'the Context']);
    expect(effects).toHaveLength(2);
  });
});

/** What Nest's transports assume of a method without parameter decorators, written down for its ExternalContextCreator. */
const Undecorated = handler({
  args: [],
  use: [UsePipes({ transform: (value, { type }) => (note(type), value) })],
  types: [Dto, Object],
  go,
});
Reflect.defineMetadata(
  ASSUMED,
  {
    '3:0': { index: 0, pipes: [] },
    'context__customRouteArgs__:1': {
      index: 1,
      factory: (_: unknown, host: ExecutionContext) => host.getArgByIndex(1),
      pipes: [],
    },
  },
  Undecorated,
  'go',
);

/** A copy for each run; promises as they are. */
const structured = (params: unknown): unknown =>
  params instanceof Promise ? params : structuredClone(params);
