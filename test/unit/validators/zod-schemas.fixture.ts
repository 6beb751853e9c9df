import * as z from 'zod';

/** The user's code, wrapped in the way a test asks for: at once, asynchronous, a promise now and then. */
export type Own = (work: (value: any) => any) => (value: any, context?: any) => any;

export interface Kind {
  schema: object;
  values: unknown[];
}

export const text = (value: unknown) => String(value);
export const isLong = (value: unknown) => text(value).length > 2;
export const ENDS = [undefined, null, 7, '', 'ab', 'abc', 'abcd', {}, [], ['abc', 'a'], { a: 'abc', b: 'b' }];

/** Schemas of zod of all kinds, each with code of the user's in it, and values for them. */
export function classicKinds(own: Own): Record<string, Kind> {
  const long = () => z.string().refine(own(isLong), 'too short');
  const Tree: z.ZodType = z.object({
    name: long(),
    get below() {
      return z.array(Tree).optional();
    },
  });
  const Chain: z.ZodType = z.lazy(() => z.object({ name: long(), next: Chain.optional() }));
  const shapes = {
    circle: z.object({ kind: z.literal('circle'), r: z.number().refine(own((r) => r > 0)) }),
    named: z.object({ kind: z.literal('named'), name: long(), more: z.array(z.object({ n: z.int() })) }),
  };
  const kinds: Record<string, [object, unknown[]]> = {
    refine: [long(), ENDS],
    'several refinements': [
      long()
        .min(1)
        .refine(own((v) => v !== 'abc'))
        .max(3),
      ENDS,
    ],
    'refine with abort': [
      z
        .string()
        .refine(own(isLong), { abort: true, error: 'stop' })
        .refine(own((v) => v === 'abcd')),
      ENDS,
    ],
    'refine with when': [
      z.object({ a: z.string().min(3), b: z.string() }).refine(
        own(({ a }) => a !== 'abc'),
        {
          when: ({ value }) => typeof (value as any)?.a === 'string',
          path: ['a'],
          error: (issue) => `of ${typeof issue.input}`,
        },
      ),
      [{ a: 'ab', b: 'b' }, { a: 'abc', b: 'b' }, { a: 'abc' }, { a: 5 }, 5],
    ],
    superRefine: [
      z.array(z.string()).superRefine((value, ctx) => {
        const tell = own((list: string[]) => {
          if (list.includes('a'))
            ctx.addIssue({ code: 'custom', message: 'no a', path: [list.indexOf('a')] });
          if (list.length > 2)
            ctx.addIssue({ code: 'too_big', maximum: 2, origin: 'array', inclusive: true });
          if (list.length > 3) ctx.addIssue('far too many');
        });
        return tell(value);
      }),
      [[], ['a'], ['b', 'a'], ['b', 'c', 'd', 'a'], 5],
    ],
    check: [
      z.string().check((payload) =>
        own((value: string) => {
          if (value === 'ab') payload.issues.push({ code: 'custom', input: value, message: 'ab!' });
          else payload.value = `${value}!`;
        })(payload.value),
      ),
      ENDS,
    ],
    transform: [z.string().transform(own((v) => v.length)), ENDS],
    'transform that refuses': [
      z.string().transform((value, ctx) =>
        own((v: string) => {
          if (v.length < 3) ctx.addIssue({ code: 'custom', message: 'short' });
          return v.length;
        })(value),
      ),
      ENDS,
    ],
    'transform and on': [
      long()
        .transform(own((v) => v.length))
        .refine(
          own((n) => n > 3),
          { path: ['length'] },
        )
        .optional(),
      ENDS,
    ],
    preprocess: [
      z.preprocess(
        own((v) => (v === undefined ? 'none' : v)),
        long(),
      ),
      ENDS,
    ],
    pipe: [
      long()
        .pipe(z.transform(own((v) => v.length)))
        .pipe(z.int().max(3)),
      ENDS,
    ],
    codec: [z.codec(z.string(), z.int().min(3), { decode: own((v) => v.length), encode: text }), ENDS],
    custom: [
      z.custom(
        own((v) => v === 'abc'),
        'not abc',
      ),
      ENDS,
    ],
    instanceof: [
      z.object({ at: z.instanceof(Date), a: long() }),
      [
        { at: new Date(0), a: 'abc' },
        { at: 1, a: 'a' },
      ],
    ],
    stringFormat: [z.stringFormat('long', own(isLong)), ENDS],
    object: [
      z.object({
        a: long(),
        b: z.string().transform(own(text)),
        c: z.object({ n: z.int() }).optional(),
        d: long().default('dddd'),
      }),
      [
        { a: 'abc', b: 'b' },
        { a: 'abc', b: 'b', c: { n: 1 }, d: 'd' },
        { a: 'a', b: 5, c: { n: 1.5 }, more: 1 },
        { a: 'abc', c: {} },
        'x',
        null,
      ],
    ],
    'strict, loose and open objects': [
      z.tuple([
        z.strictObject({ a: long() }),
        z.looseObject({ a: long() }),
        z.object({ a: z.string() }).catchall(long()),
        z.object({ a: long() }).catchall(z.number()),
      ]),
      [
        [
          { a: 'abc', b: 'x' },
          { a: 'abc', b: 'x' },
          { a: 'abc', b: 'x' },
          { a: 'abc', b: 'x' },
        ],
        [{ a: 'abc' }, { a: 'abc', b: 'x' }, { a: 'abc', b: 'xxx', c: 'y' }, { a: 'a', b: 1 }],
        [{}, {}, {}, {}],
      ],
    ],
    'refined object': [
      z.object({ a: z.string(), b: z.array(z.string()).optional() }).refine(
        own(({ a }) => isLong(a)),
        { path: ['a'] },
      ),
      [{ a: 'abc' }, { a: 'a', b: ['b'] }, { a: 1, b: [1] }, {}, 1],
    ],
    'nested arrays': [
      z.object({ list: z.array(z.object({ tags: z.array(long()), n: z.int() })) }),
      [
        { list: [{ tags: ['abc', 'abcd'], n: 1 }] },
        { list: [{ tags: ['abc', 'a', ''], n: 1 }, { tags: [], n: 1.5 }, { tags: 'abc' }] },
        { list: 'abc' },
      ],
    ],
    union: [
      z.union([z.string().refine(own((v) => v === 'abc')), z.object({ a: long() }), z.array(long()).min(1)]),
      [...ENDS, { a: 'a' }],
    ],
    'union of one': [z.union([long()]), ENDS],
    'discriminated union': [
      z.discriminatedUnion('kind', [shapes.circle, shapes.named]),
      [
        { kind: 'circle', r: 1 },
        { kind: 'circle', r: -1 },
        { kind: 'named', name: 'abc', more: [{ n: 1 }] },
        { kind: 'named', name: 'a', more: [{ n: 'x' }] },
        { kind: 'square' },
        5,
      ],
    ],
    intersection: [
      z.intersection(z.object({ a: long() }), z.object({ b: z.string().refine(own(isLong)) })),
      [{ a: 'abc', b: 'abc' }, { a: 'a', b: 'b' }, { a: 'abc' }, 1],
    ],
    tuple: [z.tuple([long(), z.number()], long()), [['abc', 1], ['abc', 1, 'abc', 'a'], ['a'], 1]],
    record: [z.record(z.string().max(3), long()), [{ a: 'abc', b: 'a' }, { long: 'abc' }, {}, 1]],
    map: [
      z.map(z.string(), long()),
      [
        new Map([
          ['a', 'abc'],
          ['b', 'b'],
        ]),
        new Map([['a', 'abc']]),
        {},
      ],
    ],
    set: [z.set(long()), [new Set(['abc', 'abcd']), new Set(['a', 'abc']), []]],
    'optional, nullable, nonoptional': [
      z.object({
        a: long().optional(),
        b: long().nullable(),
        c: long().nullish(),
        d: long().optional().nonoptional(),
      }),
      [{ b: null, d: 'abc' }, { a: 'a', b: 'b', c: 'c', d: 'd' }, { a: null, b: undefined }, {}],
    ],
    'default and prefault': [
      z.object({
        a: long().default('x'),
        b: long().prefault('y'),
        c: z.string().transform(own(text)).default('z'),
      }),
      [{}, { a: 'abc', b: 'abc', c: 'c' }, { a: 'a', b: 'b', c: 1 }],
    ],
    catch: [
      z.object({
        a: long().catch('fallen'),
        b: long().catch((ctx) => `${ctx.issues[0]?.message} ${text(ctx.value)}`),
      }),
      [{ a: 'abc', b: 'abc' }, { a: 'a', b: 'b' }, { a: 1 }, 1],
    ],
    readonly: [z.object({ a: z.array(long()).readonly() }), [{ a: ['abc'] }, { a: ['a'] }, {}]],
    'getters that recur': [
      Tree,
      [
        { name: 'abc', below: [{ name: 'abcd', below: [] }, { name: 'abc' }] },
        { name: 'abc', below: [{ name: 'a', below: [{ name: 5 }] }] },
        { below: {} },
      ],
    ],
    lazy: [
      Chain,
      [{ name: 'abc', next: { name: 'abcd' } }, { name: 'abc', next: { name: 'a', next: {} } }, 1],
    ],
    'one schema in several places': [
      (() => {
        const shared = z.object({ a: long() });
        return z.object({ x: shared, y: shared, z: z.array(shared) });
      })(),
      [
        { x: { a: 'abc' }, y: { a: 'abcd' }, z: [{ a: 'abcde' }] },
        { x: { a: 'a' }, y: {}, z: [{ a: 'abc' }, { a: 'b' }] },
      ],
    ],
    'extended, picked and noted': [
      z
        .object({ a: long(), b: z.string() })
        .meta({ title: 'noted' })
        .extend({ c: long().describe('c') })
        .omit({ b: true })
        .partial({ c: true }),
      [{ a: 'abc' }, { a: 'abc', c: 'c' }, { c: 'abc' }],
    ],
    'errors in one’s own words': [
      z.object({
        a: z
          .string({ error: (issue) => (issue.input === undefined ? 'where is a?' : undefined) })
          .refine(own(isLong), {
            error: (issue) => `${text(issue.input)} is short`,
            params: { least: 3 },
          }),
        b: z.int({ error: 'b!' }),
      }),
      [{ a: 'ab', b: 1.5 }, { b: 'x' }, { a: 5, b: 1 }],
    ],
    compiled: [
      z.compile(z.object({ a: long(), b: z.array(z.string()).optional() })),
      [{ a: 'abc', b: ['b'] }, { a: 'a', b: [1] }, 5],
    ],
    'a symbol as key': [
      z.object({ [Symbol.for('s')]: long(), a: z.string() }),
      [{ [Symbol.for('s')]: 'a', a: 'a' }, { a: 'a' }],
    ],
  };
  return Object.fromEntries(
    Object.entries(kinds).map(([name, [schema, values]]) => [name, { schema, values }]),
  );
}
