import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import * as z from 'zod';
import { zodRun } from '../../../lib/validators/standard/zod/zod-run.js';
import { unheard } from './unheard.fixture.js';

let calls: string[] = [];

/** What a piece of the user's code does with a value: by the value's size. */
interface Habit {
  later: 'never' | 'always' | 'at times';
  refuses: number;
  fails: number;
}

const habit: fc.Arbitrary<Habit> = fc.record({
  later: fc.constantFrom('never', 'always', 'at times'),
  refuses: fc.integer({ min: 2, max: 4 }),
  fails: fc.constantFrom(2, 3, 1_000, 1_000, 1_000, 1_000, 1_000),
});

function codeOf({ later, refuses, fails }: Habit, name: string) {
  return (value: unknown): any => {
    const size = (JSON.stringify(value) ?? '').length;
    calls.push(`${name} ${size}`);
    const answer = () => {
      if (size % fails === 1) throw new Error(`${name} failed at ${size}`);
      return size % refuses !== 0;
    };
    const waits = later === 'always' || (later === 'at times' && size % 2 === 0);
    return waits ? new Promise((done) => setImmediate(done)).then(answer) : answer();
  };
}

/** A schema, and a value that mostly has its form. */
interface Pair {
  schema: z.ZodType;
  value: unknown;
}

const pair = (schema: z.ZodType, value: unknown): Pair => ({ schema, value });

const leaf: fc.Arbitrary<Pair> = fc.oneof(
  fc.string({ maxLength: 3 }).map((text) => pair(z.string(), text)),
  fc.integer({ min: 0, max: 12 }).map((n) => pair(z.number().max(9), n)),
  fc.boolean().map((flag) => pair(z.object({ a: z.boolean().optional() }), flag ? { a: flag } : {})),
  fc.constantFrom(null, undefined, 'odd', 1, []).map((odd) => pair(z.string(), odd)),
);

/** The user's code that gives back what it got, if it does not fail. */
function throughOf(own: Habit, name: string) {
  const code = codeOf(own, name);
  return (value: any): any => {
    const answer: unknown = code(value);
    return answer instanceof Promise ? answer.then(() => value) : value;
  };
}

/** Every kind below every other, with the user's code anywhere. */
const { any } = fc.letrec<{ any: Pair }>((tie) => {
  const one = tie('any');
  const two = fc.tuple(one, one);
  const own = fc.tuple(one, habit, fc.constantFrom('p', 'q', 'r'));
  return {
    any: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      leaf,
      own.map(([{ schema, value }, its, name]) =>
        pair(schema.refine(codeOf(its, name), { message: name, abort: its.refuses > 3 }), value),
      ),
      own.map(([{ schema, value }, its, name]) => pair(schema.transform(throughOf(its, name)), value)),
      own.map(([{ schema, value }, its, name]) => pair(z.preprocess(throughOf(its, name), schema), value)),
      fc
        .tuple(one, one, one, fc.boolean())
        .map(([a, b, c, whole]) =>
          pair(
            z.object({ a: a.schema, b: b.schema.optional(), c: c.schema }),
            whole ? { a: a.value, b: b.value, c: c.value } : { a: a.value, c: c.value },
          ),
        ),
      two.map(([a, rest]) =>
        pair(z.object({ a: a.schema }).catchall(rest.schema), { a: a.value, more: rest.value }),
      ),
      two.map(([a, b]) => pair(z.array(a.schema), [a.value, b.value, a.value])),
      two.map(([a, b]) => pair(z.tuple([a.schema, b.schema]), [a.value, b.value])),
      one.map((a) => pair(z.record(z.string(), a.schema), { x: a.value, y: a.value })),
      fc
        .tuple(one, one, fc.boolean())
        .map(([a, b, first]) => pair(z.union([a.schema, b.schema]), first ? a.value : b.value)),
      two.map(([a, b]) => pair(z.intersection(a.schema, z.union([b.schema, z.any()])), a.value)),
      two.map(([a, b]) => pair(a.schema.pipe(z.union([b.schema, z.any()])), a.value)),
      one.map((a) => pair(a.schema.optional(), a.value)),
      one.map((a) => pair(a.schema.nullable(), a.value)),
      one.map((a) => pair(a.schema.default('x' as never), a.value)),
      one.map((a) => pair(a.schema.catch('x' as never), a.value)),
      one.map((a) => pair(a.schema.readonly(), a.value)),
      one.map((a) =>
        pair(
          z.lazy(() => a.schema),
          a.value,
        ),
      ),
    ),
  };
});

/** In one that occurs twice, zod may leave out the second, by what it has run before. */
function unshared(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unshared);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unshared(part)]));
}

interface Outcome {
  given?: unknown;
  issues?: unknown;
  failed?: string;
  calls?: string[];
}

async function outcomeOf(work: () => unknown, read: (result: any) => Outcome): Promise<[Outcome, string[]]> {
  let outcome: Outcome = {};
  calls = [];
  const lost = await unheard(async () => {
    try {
      outcome = { ...read(await work()), calls };
    } catch (error) {
      outcome = { failed: (error as Error).message };
    }
  });
  return [outcome, lost];
}

afterEach(() => z.config({ jitless: false }));

it.each([false, true])(
  'whatever the schema and the value, it comes out as by its safeParseAsync, and nothing is left unheard (without generated code: %s)',
  async (jitless) => {
    z.config({ jitless });
    await fc.assert(
      fc.asyncProperty(any, async ({ schema: made, value }) => {
        const [theirs, lost] = await outcomeOf(
          () => made.safeParseAsync(unshared(value)),
          (r) => (r.success ? { given: r.data } : { issues: r.error.issues }),
        );
        const [ours, ourLost] = await outcomeOf(
          async () => zodRun(made as never)(unshared(value)),
          (r) => (r.issues === undefined ? { given: r.value } : { issues: r.issues }),
        );
        expect(ourLost).toEqual([]);
        // What zod forgot may have been what came first: then it is what is told.
        if (lost.length > 0 && ours.failed !== undefined)
          expect([theirs.failed, ...lost]).toContain(ours.failed);
        else expect(ours).toEqual(theirs);
      }),
      { numRuns: 300 },
    );
  },
);
