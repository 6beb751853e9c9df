import { describe, expect, it } from 'vitest';
import * as z from 'zod/v3';
import { zod3Run } from '../../../lib/validators/standard/zod/zod3-run.js';
import { unheard } from './unheard.fixture.js';
import { ENDS, isLong, type Own, text } from './zod-schemas.fixture.js';

let seen: unknown[] = [];
const noted = (work: (value: any) => any) => (value: any) => {
  seen.push(JSON.stringify(value));
  return work(value);
};

function kinds(own: Own): Record<string, [z.ZodTypeAny, unknown[]]> {
  const long = () => z.string().refine(own(isLong), 'too short');
  const Chain: z.ZodTypeAny = z.lazy(() => z.object({ name: long(), next: Chain.optional() }));
  return {
    refine: [long(), ENDS],
    superRefine: [
      z.string().superRefine((value, ctx) =>
        own((v: string) => {
          if (v === 'ab') ctx.addIssue({ code: 'custom', message: 'ab!' });
        })(value),
      ),
      ENDS,
    ],
    transform: [
      long()
        .transform(own((v) => v.length))
        .refine(own((n) => n > 3)),
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
        .transform(own((v) => v.length))
        .pipe(z.number().max(3)),
      ENDS,
    ],
    objects: [
      z
        .object({
          a: long(),
          b: z.string().transform(own(text)).default('b'),
          c: z.array(z.object({ n: long() })).optional(),
        })
        .strict(),
      [{ a: 'abc' }, { a: 'a', b: 'b', c: [{ n: 'abc' }, { n: 'a' }] }, { a: 1, d: 1 }, 5],
    ],
    union: [z.union([z.object({ a: long() }), z.array(long())]), ENDS],
    'discriminated union': [
      z.discriminatedUnion('k', [z.object({ k: z.literal(1), a: long() }), z.object({ k: z.literal(2) })]),
      [{ k: 1, a: 'abc' }, { k: 1, a: 'a' }, { k: 2 }, { k: 3 }],
    ],
    intersection: [
      z.intersection(z.object({ a: long() }), z.object({ b: long() })),
      [
        { a: 'abc', b: 'abc' },
        { a: 'a', b: 'b' },
      ],
    ],
    'tuple, record, map and set': [
      z.object({
        t: z.tuple([long()]).rest(long()),
        r: z.record(long()),
        m: z.map(z.string(), long()),
        s: z.set(long()),
      }),
      [
        { t: ['abc', 'abcd'], r: { a: 'abc' }, m: new Map([['a', 'abc']]), s: new Set(['abc']) },
        { t: ['a', 'b'], r: { a: 'a', b: 'b' }, m: new Map([['a', 'a']]), s: new Set(['a', 'b']) },
      ],
    ],
    'what may be absent': [
      z.object({
        a: long().optional(),
        b: long().nullable(),
        c: long().catch('c'),
        d: long().brand('x').readonly(),
      }),
      [
        { b: null, d: 'abc' },
        { a: 'a', b: 'b', c: 'c', d: 'd' },
      ],
    ],
    lazy: [
      Chain,
      [
        { name: 'abc', next: { name: 'abcd' } },
        { name: 'abc', next: { name: 'a' } },
      ],
    ],
  };
}

/** Errors within issues have functions of their own. */
const read = (result: any) =>
  'issues' in result ? { issues: JSON.stringify(result.issues) } : { value: result.value };
async function outcome(work: () => unknown): Promise<unknown> {
  seen = [];
  try {
    return { ...read(await work()), seen };
  } catch (error) {
    return String(error);
  }
}
const zods = (schema: z.ZodTypeAny, value: unknown) =>
  outcome(async () => {
    const result = await schema.safeParseAsync(value);
    return result.success ? { value: result.data } : { issues: result.error.issues };
  });

const WAYS: Record<string, Own> = {
  'answers at once': (work) => noted(work),
  'answers later': (work) => noted(async (value) => Promise.resolve(work(value))),
  rejects: () => noted(() => Promise.reject(new Error('db down'))),
  'rejects later': () =>
    noted(async () =>
      new Promise((done) => setImmediate(done)).then(() => Promise.reject(new Error('db down'))),
    ),
  throws: () =>
    noted(() => {
      throw new Error('db down');
    }),
};

describe.each(Object.entries(WAYS))('with code that %s, zod 3', (_, own) => {
  it.each(Object.entries(kinds(own)))(
    '%s: is run as by its safeParseAsync, and heard',
    async (_, [schema, values]) => {
      const run = zod3Run(schema as never);
      for (const value of [...values, ...values]) {
        let theirs: unknown;
        let mine: unknown;
        await unheard(async () => void (theirs = await zods(schema, value)));
        const lost = await unheard(async () => void (mine = await outcome(async () => run(value))));
        expect([lost, mine]).toEqual([[], theirs]);
      }
    },
  );
});

it.each(Object.entries(kinds(WAYS['answers at once'] as Own)))(
  '%s: costs no promise once all code has answered',
  async (_, [schema, values]) => {
    const run = zod3Run(schema as never);
    for (const value of values) await run(value);
    for (const value of values) expect(run(value)).not.toBeInstanceOf(Promise);
  },
);

it('what waits only for later values is heard, and waits from then on', async () => {
  seen = [];
  const run = zod3Run(
    z.string().refine(noted((v) => (v === 'later' ? Promise.reject(new Error('db down')) : true))) as never,
  );
  await run('now');
  expect(run('now')).toEqual({ value: 'now' });
  const lost = await unheard(() => expect(run('later')).rejects.toThrow('db down'));
  const now = run('now');
  expect(now).toBeInstanceOf(Promise);
  expect(await now).toEqual({ value: 'now' });
  expect([lost, seen]).toEqual([[], ['"now"', '"now"', '"later"', '"later"', '"now"']]);
});

it('declarative schemas are left to zod', () => {
  const schema = z.object({ a: z.string() });
  expect(zod3Run(schema as never)({ a: 'a' })).toEqual({ value: { a: 'a' } });
});
