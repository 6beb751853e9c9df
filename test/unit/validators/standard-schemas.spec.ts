import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { FastestValidator } from '../../../lib/validators/fastest.validator.js';
import { LIBRARIES, USER } from './schemas.fixture.js';

const validator = new FastestValidator();
const ctx = { nodeID: 'caller', action: { name: 'users.get' } };
const site = { nodeID: 'caller', action: 'users.get' };

function issuesOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      code: 422,
      type: 'VALIDATION_ERROR',
      message: 'Parameters validation error!',
    });
    return (error as ValidationError).data;
  }
  throw new Error('did not throw');
}

describe.each(LIBRARIES)('a schema of %s', (library) => {
  const check = validator.compile(USER[library]);

  it('gives its output at once, and leaves the input as it was', () => {
    const params = { id: 1, at: '2026-01-02T03:04' };
    expect(check(params, ctx)).toEqual({ id: 1, at: '2026-01-02', page: 1 });
    expect(params).toEqual({ id: 1, at: '2026-01-02T03:04' });
  });

  it('refuses with issues in Moleculer’s form, each with its field', () => {
    const params = { id: 0, name: 'x', list: [{ key: 'a' }, { key: 5 }], at: 'today' };
    const issues = issuesOf(() => check(params, ctx)) as { field: string; type: string }[];
    const byField = Object.fromEntries(issues.map((issue) => [issue.field, issue]));
    expect(Object.keys(byField).sort()).toEqual(['id', 'list[1].key', 'name']);
    for (const issue of issues) {
      expect(issue).toMatchObject({ ...site, type: expect.any(String), message: expect.any(String) });
    }
    expect(byField['id']).toMatchObject({ actual: 0, expected: expect.anything() });
    expect(byField['list[1].key']).toMatchObject({ actual: 5 });
  });

  it('calls what is missing required, as fastest-validator does', () => {
    const [{ type: theirs, field }] = issuesOf(() => validator.compile({ id: 'number' })({}, ctx)) as [
      { type: string; field: string },
    ];
    const [ours] = issuesOf(() => check({ at: 'today' }, ctx)) as object[];
    expect(ours).toEqual({ type: theirs, field, message: expect.any(String), ...site });
  });

  it.each([null, undefined])('checks an empty object where params are %s', (params) => {
    const issues = issuesOf(() => check(params, ctx));
    expect(issues).toHaveLength(2);
    for (const field of ['id', 'at']) {
      expect(issues).toContainEqual(expect.objectContaining({ field, type: 'required' }));
    }
  });
});

describe('a Standard Schema', () => {
  it.each([
    [
      'zod',
      z.object({ name: z.string().refine(async (name) => Promise.resolve(name !== 'taken'), 'is taken') }),
    ],
    [
      'valibot',
      v.objectAsync({
        name: v.pipeAsync(
          v.string(),
          v.checkAsync(async (name) => Promise.resolve(name !== 'taken'), 'is taken'),
        ),
      }),
    ],
  ])('may check asynchronously: %s', async (_, schema) => {
    const check = validator.compile(schema);
    const output = check({ name: 'free' }, ctx);
    expect(output).toBeInstanceOf(Promise);
    await expect(output).resolves.toEqual({ name: 'free' });
    await expect(check({ name: 'taken' }, ctx)).rejects.toMatchObject({
      code: 422,
      data: [{ ...site, field: 'name', message: 'is taken', actual: 'taken' }],
    });
  });

  it('may be of any library; what it does not say is left out', () => {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: (value: { n?: unknown }) =>
          value.n === 1
            ? { value: { n: 'one' } }
            : { issues: [{ message: 'no' }, { message: 'n!', path: [{ key: 'n' }] }] },
      },
    };
    const check = validator.compile(schema);
    expect(check({ n: 1 }, ctx)).toEqual({ n: 'one' });
    expect(issuesOf(() => check({ n: 2 }, ctx))).toEqual([
      { type: 'invalid', message: 'no', ...site },
      { type: 'invalid', message: 'n!', field: 'n', actual: 2, ...site },
    ]);
  });

  it('that refuses a bigint says so in a list that can be sent', () => {
    const refused = () =>
      new FastestValidator().compileReturns(z.object({ id: z.number() }))({ id: 10n }, null);
    expect(refused).toThrow(
      expect.objectContaining({ data: [expect.objectContaining({ field: 'id', actual: '10' })] }),
    );
  });

  it('may give thenables that are no promises', async () => {
    const validate = (value: unknown) => ({
      then: (done: (r: object) => unknown) => done({ value: [value] }),
    });
    const check = validator.compile({ '~standard': { version: 1, vendor: 'own', validate } });
    await expect(check(5, ctx)).resolves.toEqual([5]);
  });

  it('of values that are no objects checks them', () => {
    expect(validator.compile(z.array(z.number()))([1], ctx)).toEqual([1]);
    expect(validator.compile(type('string'))('a', ctx)).toBe('a');
  });

  it('names keys that may not be there', () => {
    const check = validator.compile(z.strictObject({ a: z.string() }));
    expect(issuesOf(() => check({ a: 'x', b: 1, c: 2 }, ctx))).toMatchObject([
      { type: 'unrecognized_keys', actual: 'b, c' },
    ]);
  });

  it('that finds fault with two fields together does not call a missing one required', () => {
    const either = z
      .object({ a: z.string().optional(), b: z.string().optional() })
      .refine(({ a, b }) => a !== undefined || b !== undefined, { message: 'a or b', path: ['a'] });
    expect(issuesOf(() => validator.compile(either)({}, ctx))).toMatchObject([
      { type: 'custom', field: 'a' },
    ]);
  });

  it('of a result is asked for just that: nothing is no empty object', () => {
    expect(validator.compileReturns(z.null())(null, ctx)).toBeNull();
    expect(() => validator.compileReturns(z.object({}))(undefined, ctx)).toThrow(ValidationError);
    expect(() => validator.compileReturns({ a: 'string|optional' })(null, ctx)).toThrow(ValidationError);
    expect(validator.compileReturns({ a: 'string|optional' })({}, ctx)).toEqual({});
  });

  it('of zod is run once for each value from the first on, and its rejection is heard', async () => {
    const seen: unknown[] = [];
    const schema = z.object({
      name: z.string().refine((name) => {
        seen.push(name);
        return name === 'bomb' ? Promise.reject(new Error('no database')) : Promise.resolve(name !== 'ada');
      }),
    });
    const check = validator.compile(schema);
    await expect(check({ name: 'bomb' }, ctx)).rejects.toThrow('no database');
    expect(await check({ name: 'grace', more: 1 }, ctx)).toEqual({ name: 'grace' });
    await expect(check({ name: 'ada' }, ctx)).rejects.toMatchObject({ code: 422, data: [{ field: 'name' }] });
    expect(seen).toEqual(['bomb', 'grace', 'ada']);
  });

  it('of a zod that is built otherwise inside checks as it does by itself', async () => {
    const real = z.object({ name: z.string().refine(async (name) => name.length > 2) });
    const { _zod: internals, '~standard': standard } = real;
    const { constr: _, ...others } = internals as unknown as Record<string, unknown>;
    for (const inside of [others, { traits: internals.traits }, { ...others, def: { type: 'odd' } }]) {
      const check = validator.compile({ _zod: inside, '~standard': standard } as unknown as typeof real);
      expect(await check({ name: 'grace' }, ctx)).toEqual({ name: 'grace' });
      await expect(check({ name: 'x' }, ctx)).rejects.toMatchObject({ code: 422, data: [{ field: 'name' }] });
    }
  });

  it('whose own code fails says so at once, and is no refusal', () => {
    let times = 0;
    const broken = z.object({
      a: z.string().refine(() => {
        times++;
        return JSON.parse('{') as boolean;
      }),
    });
    expect(() => validator.compile(broken)({ a: '' }, ctx)).toThrow(SyntaxError);
    expect(times).toBe(1);
  });
});
