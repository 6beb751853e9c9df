import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { zodRun } from '../../../lib/validators/standard/zod/zod-run.js';
import { unheard } from './unheard.fixture.js';
import { miniKinds } from './zod-mini-schemas.fixture.js';
import { classicKinds, isLong, type Own, text } from './zod-schemas.fixture.js';

let seen: unknown[] = [];
const noted = (work: (value: any) => any) => (value: any) => {
  seen.push(copyOf(value));
  return work(value);
};
const copyOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : value);

/** How the user's code gives what it has to say. */
const WAYS: Record<string, Own> = {
  'at once': (work) => noted(work),
  'by async functions': (work) => noted(async (value) => Promise.resolve(work(value))),
  'by promises now and then': (work) =>
    noted((value) =>
      JSON.stringify(value ?? '').length % 2 === 0 ? Promise.resolve(work(value)) : work(value),
    ),
};

interface Outcome {
  given?: unknown;
  issues?: unknown;
  calls: unknown[];
}

async function ours(run: (value: unknown) => any, value: unknown): Promise<Outcome> {
  seen = [];
  const result = await run(value);
  return result.issues === undefined
    ? { given: result.value, calls: seen }
    : { issues: result.issues, calls: seen };
}

async function zods(schema: any, value: unknown): Promise<Outcome> {
  seen = [];
  const result = await schema.safeParseAsync(value);
  return result.success ? { given: result.data, calls: seen } : { issues: result.error.issues, calls: seen };
}

const LIBRARIES = Object.entries({ zod: classicKinds, 'zod/mini': miniKinds });

describe.each(LIBRARIES)('%s', (_, kinds) => {
  describe.each(Object.entries(WAYS))('with code that answers %s', (_, own) => {
    it.each(Object.entries(kinds(own)))(
      '%s: is run as by its safeParseAsync',
      async (_, { schema, values }) => {
        for (const value of values) {
          const run = zodRun(schema as never);
          const theirs = await zods(schema, value);
          expect(await ours(run, value)).toEqual(theirs);
          expect(await ours(run, value)).toEqual(theirs);
        }
        const run = zodRun(schema as never);
        for (const value of values) expect(await ours(run, value)).toEqual(await zods(schema, value));
      },
    );
  });

  it.each(Object.entries(kinds(WAYS['at once'] as Own)))('%s: costs no promise', (_, { schema, values }) => {
    const run = zodRun(schema as never);
    for (const value of values) expect(run(value)).not.toBeInstanceOf(Promise);
  });
});

/** How the user's code fails. The second of each pair lets others come first. */
const FAILURES: Record<string, Own> = {
  'that rejects': () => noted(() => Promise.reject(new Error('db down'))),
  'that rejects later': () => noted(async () => later().then(() => Promise.reject(new Error('db down')))),
  'that throws': () =>
    noted(() => {
      throw new Error('db down');
    }),
  'that rejects or throws': (work) =>
    noted((value) => {
      if (JSON.stringify(value ?? '').length % 2 === 0) throw new Error('db down');
      return Promise.reject(new Error('db down'));
    }),
};
/** zod does not wait for these, and takes a promise for a yes. */
const NOT_WAITED_FOR = ['stringFormat'];

const later = () => new Promise((done) => setImmediate(done));

const settled = (work: () => Promise<Outcome>): Promise<Outcome | string> =>
  work().catch((error: unknown) => String(error));

describe.each(LIBRARIES)('%s', (_, kinds) => {
  describe.each(Object.entries(FAILURES))('with code %s', (_, own) => {
    const waitedFor = Object.entries(kinds(own)).filter(([name]) => !NOT_WAITED_FOR.includes(name));
    it.each(waitedFor)('%s: fails as by its safeParseAsync, and is heard', async (_, { schema, values }) => {
      for (const value of values) {
        let theirs: unknown;
        let mine: unknown;
        await unheard(async () => void (theirs = await settled(() => zods(schema, value))));
        const lost = await unheard(
          async () => void (mine = await settled(() => ours(zodRun(schema as never), value))),
        );
        expect([lost, mine]).toEqual([[], theirs]);
      }
    });
  });
});

it('issues have the words of zod’s settings, as they are when a value comes', () => {
  const run = zodRun(z.object({ a: z.int(), b: z.string().refine(isLong) }) as never);
  const words = () => (run({ a: 'x', b: 'b' }) as any).issues.map(({ message }: any) => message);
  const before = { ...z.config() };
  const usual = words();
  try {
    z.config(z.locales.de());
    expect(words()).toEqual(['Ungültige Eingabe: erwartet Zahl, erhalten string', 'Ungültige Eingabe']);
    z.config({ customError: ({ code }) => `my ${code}` });
    expect(words()).toEqual(['my invalid_type', 'my custom']);
  } finally {
    z.config({ localeError: before.localeError, customError: undefined });
  }
  expect(words()).toEqual(usual);
});

it('a schema is left as it was', async () => {
  const inner = z.string().refine(async () => false);
  const schema = z.object({ a: inner, list: z.array(z.object({ inner })) });
  const parts = () =>
    [schema, inner, schema.shape.list, inner._zod.def.checks?.[0]].map((part: any) => ({
      ...part._zod,
      ...part._zod.def,
    }));
  const before = parts();
  await zodRun(schema as never)({ a: 'a', list: [{ inner: 'b' }] });
  parts().forEach((part, index) => {
    for (const [key, value] of Object.entries(part)) expect(value, key).toBe(before[index]?.[key]);
  });
});

it('code that checks another value by the same schema meanwhile gets that one’s outcome', async () => {
  const run: (value: unknown) => any = zodRun(
    z.object({
      a: z.string().refine((a) => (a === 'outer' ? run({ a: 'inner', b: 'bad' }).issues.length === 1 : true)),
      b: z.string().refine((b) => (b === 'later' ? Promise.resolve(false) : b !== 'bad')),
    }) as never,
  );
  expect(run({ a: 'outer', b: 'good' })).toEqual({ value: { a: 'outer', b: 'good' } });
  expect((await run({ a: 'outer', b: 'later' })).issues).toMatchObject([{ path: ['b'] }]);
});

it('schemas that make new ones without end are run as well', async () => {
  const endless = (depth: number): z.ZodType =>
    z.object({
      n: z.number().refine(async (n) => n === depth),
      next: z.lazy(() => endless(depth + 1)).optional(),
    });
  const run = zodRun(endless(0) as never);
  expect(await run({ n: 0, next: { n: 1, next: { n: 2 } } })).toEqual({
    value: { n: 0, next: { n: 1, next: { n: 2 } } },
  });
  expect(((await run({ n: 0, next: { n: 1, next: { n: 9 } } })) as any).issues).toMatchObject([
    { path: ['next', 'next', 'n'] },
  ]);
});

it('a value that holds itself ends', async () => {
  const Node: z.ZodType = z.object({
    name: z.string().refine(async (name) => name !== 'bad'),
    get next() {
      return Node.optional();
    },
  });
  const value: Record<string, unknown> = { name: 'good', next: { name: 'bad' } };
  (value['next'] as Record<string, unknown>)['next'] = value;
  expect(((await zodRun(Node as never)(value)) as any).issues).toMatchObject([{ path: ['next', 'name'] }]);
});

describe('code that throws', () => {
  const thrower = () => {
    throw new Error('broken');
  };

  it('ends the checks of its schema, also beside what is waited for', async () => {
    let times = 0;
    const lost = await unheard(() => {
      const late = z.string().refine(async () => later().then(() => Promise.reject(new Error('late'))));
      const schema = late.refine(thrower).refine(() => ++times > 0);
      expect(() => zodRun(schema as never)('a')).toThrow('broken');
    });
    expect([lost, times]).toEqual([[], 0]);
  });

  it('is not forgotten over another value that is checked by the same schema meanwhile', () => {
    const run: (value: unknown) => unknown = zodRun(
      z
        .string()
        .refine((value) => value === 'inner' || thrower())
        .overwrite((value) => (value === 'inner' ? value : String(run('inner')))) as never,
    );
    expect(() => run('outer')).toThrow('broken');
  });
});

it('without generated code, the paths of issues are those of zod', async () => {
  z.config({ jitless: true });
  try {
    const schema = z.object({
      a: z.object({
        b: z.string().refine(isLong),
        c: z.string().refine(async (c) => Promise.resolve(isLong(c))),
      }),
      d: z.array(z.string().transform((value, ctx) => ctx.addIssue({ code: 'custom', path: [value] }))),
      e: z.string().refine(async (e) => Promise.resolve(isLong(e))),
    });
    const value = { a: { b: 'b', c: 'c' }, d: ['x'], e: 'e' };
    expect(await ours(zodRun(schema as never), value)).toEqual(await zods(schema, value));
  } finally {
    z.config({ jitless: false });
  }
});

it('what occurs twice in a value is checked twice, as by zod', async () => {
  const inner = z
    .object({ a: z.string().refine(async (a) => Promise.resolve(isLong(a))) })
    .catchall(z.number().transform(text));
  const schema = z.record(z.string(), inner);
  const twice = { a: 'a' };
  const value = { x: twice, y: twice };
  expect(await ours(zodRun(schema as never), value)).toEqual(await zods(schema, value));
});

it('notes in zod’s registry stay those of the schema', async () => {
  const schema = mini.string().check(mini.meta({ id: 'noted-once' }), mini.refine(isLong));
  await zodRun(schema as never)('a');
  expect((z.globalRegistry as any)._idmap.get('noted-once')).toBe(schema);
});
