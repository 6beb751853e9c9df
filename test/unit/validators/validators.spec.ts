import * as m15 from 'moleculer15';
import { describe, expect, it } from 'vitest';
import { ServiceSchemaError } from '../../../lib/errors/service.error.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { FastestValidator } from '../../../lib/validators/fastest.validator.js';
import { NoValidator } from '../../../lib/validators/no.validator.js';

const ctx = { nodeID: 'caller', action: { name: 'users.get' }, eventName: null };

function failureOf(work: () => unknown): ValidationError {
  try {
    work();
  } catch (error) {
    return error as ValidationError;
  }
  throw new Error('did not throw');
}

/** What Moleculer's own validator middleware throws for the same action or event. */
async function failureInMoleculer(
  kind: 'localAction' | 'localEvent',
  schema: object,
  context: object,
): Promise<unknown> {
  const broker = { Promise } as never;
  const middleware = new m15.Validators.Fastest().middleware(broker) as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  const wrapped = middleware[kind]!(() => 'passed', { params: schema }) as (c: object) => Promise<unknown>;
  return wrapped(context).then(
    () => null,
    (error: unknown) => error,
  );
}

describe('FastestValidator', () => {
  const validator = new FastestValidator();

  it('returns the validated object: converted, stripped, with defaults', () => {
    const check = validator.compile({
      $$strict: 'remove',
      id: { type: 'number', convert: true },
      page: { type: 'number', default: 1 },
    });
    const params = { id: '5', extra: true };
    expect(check(params, ctx)).toEqual({ id: 5, page: 1 });
    expect(check(params, ctx)).toBe(params);
  });

  it.each([undefined, null])('checks an empty object where params are %s', (params) => {
    const check = validator.compile({ page: { type: 'number', default: 1 } });
    expect(check(params, ctx)).toEqual({ page: 1 });
    expect(failureOf(() => validator.compile({ id: 'string' })(params, ctx))).toBeInstanceOf(ValidationError);
  });

  it.each(['localAction', 'localEvent'] as const)('fails as Moleculer’s %s does', async (kind) => {
    const schema = { id: 'number', name: { type: 'string', min: 3 } };
    const context = {
      nodeID: 'caller',
      params: { name: 'x' },
      ...(kind === 'localAction' ? { action: { name: 'users.get' } } : { event: { name: 'user.*' } }),
    };
    const theirs = (await failureInMoleculer(kind, schema, context)) as ValidationError;
    const ours = failureOf(() => validator.compile(schema)(context.params, context));
    expect(ours).toBeInstanceOf(ValidationError);
    expect(ours).toMatchObject({
      message: theirs.message,
      code: 422,
      type: 'VALIDATION_ERROR',
      data: theirs.data,
    });
    expect(ours.data).toHaveLength(2);
  });

  it('leaves the schema alone, so that it serves again', () => {
    const schema = { $$strict: true, list: { type: 'array', items: { type: 'string' } } };
    const before = structuredClone(schema);
    validator.compile(schema);
    expect(schema).toEqual(before);
    expect(failureOf(() => validator.compile(schema)({ list: [], extra: 1 }, ctx)).data).toMatchObject([
      { type: 'objectStrict', nodeID: 'caller', action: 'users.get' },
    ]);
  });

  it('takes functions, patterns, classes and schemas that contain themselves', () => {
    class Money {}
    const node: Record<string, unknown> = { type: 'object', optional: true };
    node['props'] = {
      child: node,
      pattern: { type: 'string', pattern: /^a/ },
      money: { type: 'class', instanceOf: Money },
    };
    const check = validator.compile({ tree: node });
    const tree = { pattern: 'ab', money: new Money(), child: { pattern: 'a', money: new Money() } };
    expect(check({ tree }, ctx)).toEqual({ tree });
    expect(failureOf(() => check({ tree: { ...tree, pattern: 'b' } }, ctx)).data).toMatchObject([
      { field: 'tree.pattern' },
    ]);
  });

  it('gives custom checks the context, in Moleculer’s new form', () => {
    const seen: unknown[] = [];
    const custom = (
      value: unknown,
      errors: { type: string }[],
      _s: unknown,
      _n: unknown,
      _p: unknown,
      context: { meta: unknown },
    ) => {
      seen.push(context.meta);
      if (value === 'bad') errors.push({ type: 'own' });
      return value;
    };
    const check = validator.compile({ a: { type: 'string', custom } });
    check({ a: 'good' }, ctx);
    expect(seen).toEqual([ctx]);
    expect(failureOf(() => check({ a: 'bad' }, ctx)).data).toMatchObject([
      { type: 'own', action: 'users.get' },
    ]);
  });

  it('returns a promise for asynchronous schemas only', async () => {
    const custom = async (value: unknown, errors: { type: string }[]) => {
      await Promise.resolve();
      if (value === 'taken') errors.push({ type: 'taken' });
      return value;
    };
    const check = validator.compile({ $$async: true, name: { type: 'string', custom } });
    const params = { name: 'free' };
    await expect(check(params, ctx)).resolves.toBe(params);
    await expect(check({ name: 'taken' }, ctx)).rejects.toMatchObject({
      code: 422,
      data: [{ type: 'taken', action: 'users.get' }],
    });
  });

  it.each([{}, undefined, null, false])('checks nothing with the schema %j', (schema) => {
    expect(validator.compile(schema)('anything', ctx)).toBe('anything');
  });

  it('checks values that are no objects with $$root', () => {
    const check = validator.compile({ $$root: true, type: 'array', items: 'number' });
    expect(check([1, 2], ctx)).toEqual([1, 2]);
    expect(failureOf(() => check(['a'], ctx)).data).toMatchObject([{ type: 'number' }]);
  });

  it.each<[unknown, RegExp]>([
    [{ a: 'nonsense' }, /nonsense/],
    ['string', /got string/],
    [true, /got boolean/],
    [class Dto {}, /class Dto has no decorators of class-validator/],
    [String, /class String has no decorators/],
    [{ '~standard': { version: 1 } }, /cannot be compiled/],
  ])('refuses the schema %j at start', (schema, text) => {
    const error = failureOf(() => validator.compile(schema));
    expect(error).toBeInstanceOf(ServiceSchemaError);
    expect(error.message).toMatch(text);
  });

  it('takes options of fastest-validator', () => {
    const own = new FastestValidator({ messages: { required: 'missing: {field}' } as never });
    expect(failureOf(() => own.compile({ a: 'string' })({}, ctx)).data).toMatchObject([
      { message: 'missing: a' },
    ]);
  });

  it('works without a context', () => {
    expect(failureOf(() => validator.compile({ a: 'string' })({}, undefined)).data).toMatchObject([
      { field: 'a' },
    ]);
  });
});

describe('NoValidator', () => {
  it('lets everything pass', () => {
    expect(new NoValidator().compile({ a: 'string' })(5, ctx)).toBe(5);
  });
});
