import { type } from 'arktype';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fastestSchema } from '../../../lib/validators/announced/fastest-rules.js';
import { FastestValidator } from '../../../lib/validators/fastest.validator.js';
import { NoValidator } from '../../../lib/validators/no.validator.js';
import { LIBRARIES, USER } from './schemas.fixture.js';

const validator = new FastestValidator();

/** What a peer has of it: it came as JSON. */
const told = (schema: unknown, side: 'input' | 'output' = 'input') =>
  JSON.parse(JSON.stringify(validator.announce(schema, side))) as {
    rules: Record<string, unknown>;
    jsonSchema: Record<string, any> | null;
  };

/** Whether a peer that checks by what it was told takes this. */
function taken(rules: object, value: unknown): boolean {
  try {
    validator.compile(rules)(structuredClone(value), undefined);
    return true;
  } catch {
    return false;
  }
}

describe.each(LIBRARIES)('of a schema of %s other nodes are told', (library) => {
  it('the rules in the form of fastest-validator', () => {
    const { rules } = told(USER[library]);
    expect(rules).toMatchObject({
      id: { type: 'number', integer: true, min: 1 },
      name: { type: 'string', min: 2, optional: true },
      list: { type: 'array', items: { type: 'object', props: { key: { type: 'string' } } } },
      page: { type: 'number', optional: true },
      at: { type: 'string' },
    });
    expect(taken(rules, { id: 1, at: '' })).toBe(true);
    expect(taken(rules, { id: 1, at: '', more: true })).toBe(true);
    expect(taken(rules, { id: 0, at: '' })).toBe(false);
    expect(taken(rules, { id: 1, at: '', list: [{ key: 1 }] })).toBe(false);
    expect(taken(rules, { id: 1 })).toBe(false);
  });

  it('a JSON Schema of what it takes', () => {
    const input = told(USER[library]).jsonSchema!;
    expect(input).toMatchObject({
      $schema: expect.stringContaining('2020-12'),
      type: 'object',
      properties: { id: { type: 'integer', minimum: 1 }, at: { type: 'string' } },
    });
    expect([...input['required']].sort()).toEqual(['at', 'id']);
  });
});

// The package for valibot writes the same of both.
it.each(['zod', 'arktype'] as const)('of %s they are told of a result what comes out', (library) => {
  expect(told(USER[library], 'output').jsonSchema!['required']).toContain('page');
});

describe('what has no equivalent becomes any', () => {
  it.each([
    [
      'zod',
      z.object({ at: z.date(), size: z.bigint(), map: z.map(z.string(), z.date()), n: z.coerce.number() }),
    ],
    ['valibot', v.object({ at: v.date(), size: v.bigint(), map: v.map(v.string(), v.date()), n: v.any() })],
    ['arktype', type({ at: 'Date', size: 'bigint', map: 'Map', n: 'unknown' })],
  ])('in a schema of %s', (_, schema) => {
    const { rules } = told(schema);
    expect(Object.keys(rules).sort()).toEqual(['at', 'map', 'n', 'size']);
    for (const rule of Object.values(rules)) expect(rule).toMatchObject({ type: 'any' });
    expect(taken(rules, { at: 1, size: '1', map: [], n: '5' })).toBe(true);
  });

  const vendor = (more: object) => ({
    '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }), ...more },
  });

  it.each([
    ['that tells nothing', vendor({})],
    ['that tells nonsense', vendor({ jsonSchema: { input: () => ({ $ref: '#/%' }) } })],
    ['that fails to tell', vendor({ jsonSchema: { input: () => JSON.parse('{') } })],
    ['of zod that cannot be told', z.custom(() => true)],
  ])('a whole schema %s', (_, schema) => {
    const { rules } = told(schema);
    expect(rules).toEqual({ $$root: true, type: 'any', optional: true });
    for (const value of [{}, null, undefined, 'x']) expect(taken(rules, value)).toBe(true);
  });

  it('a schema may have a method of its own for it', () => {
    const own = {
      ...vendor({}),
      toJsonSchema: () => ({ type: 'object', properties: { a: { type: 'string' } } }),
    };
    expect(told(own).rules).toEqual({ a: { type: 'string', optional: true } });
  });

  it('a name that would break the engine’s code', () => {
    const schema = z.strictObject({ 'a"b': z.string() });
    expect(told(schema).rules).toEqual({ $$root: true, type: 'any', optional: true });
  });
});

describe('a JSON Schema as rules', () => {
  const string = { type: 'string' };
  it.each<[string, object, object]>([
    ['no object', { type: 'array', items: string, minItems: 1 }, { type: 'array', items: string, min: 1 }],
    [
      'a choice',
      { anyOf: [string, { type: 'number' }] },
      { type: 'multi', rules: [string, { type: 'number' }] },
    ],
    ['or null', { anyOf: [string, { type: 'null' }] }, { type: 'string', nullable: true }],
    ['types in a list', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    ['a constant', { const: 'a' }, { type: 'equal', value: 'a', strict: true }],
    ['an enum with null', { enum: ['a', 'b', null] }, { type: 'enum', values: ['a', 'b'], nullable: true }],
    [
      'an enum that cannot be written into code',
      { enum: ['"', 'b'] },
      {
        type: 'multi',
        rules: [
          { type: 'equal', value: '"', strict: true },
          { type: 'equal', value: 'b', strict: true },
        ],
      },
    ],
    [
      'bounds that are left out',
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'number', min: 0, positive: true },
    ],
    [
      'a record',
      { type: 'object', additionalProperties: string },
      { type: 'record', key: string, value: string },
    ],
    ['a pattern', { type: 'string', pattern: '^a$' }, { type: 'string', pattern: '^a$', patternFlags: 'u' }],
    ['a pattern without u', { type: 'string', pattern: '\\-' }, { type: 'string', pattern: '\\-' }],
    ['no pattern', { type: 'string', pattern: '(' }, { type: 'string' }],
    [
      'a set of texts',
      { type: 'array', items: string, uniqueItems: true },
      { type: 'array', items: string, unique: true },
    ],
    [
      'a set of objects',
      { type: 'array', items: { type: 'object' }, uniqueItems: true },
      { type: 'array', items: { type: 'object' } },
    ],
    ['an open tuple', { type: 'array', prefixItems: [string], minItems: 1 }, { type: 'array' }],
    [
      'objects together',
      {
        allOf: [
          { type: 'object', properties: { a: string }, required: ['a'] },
          { type: 'object', properties: { b: string } },
        ],
      },
      { a: string, b: { ...string, optional: true } },
    ],
    [
      'closed objects',
      {
        type: 'object',
        properties: { a: { type: 'object', properties: {}, additionalProperties: false } },
        additionalProperties: false,
      },
      { $$strict: true, a: { type: 'object', strict: true, optional: true } },
    ],
    [
      'a default',
      { type: 'object', properties: { a: { type: 'number', default: 1 } } },
      { a: { type: 'number', default: 1, optional: true } },
    ],
  ])('%s', (_, schema, rules) => {
    const made = fastestSchema(schema as Record<string, unknown>);
    expect(made).toEqual('type' in rules ? { $$root: true, ...rules } : rules);
    validator.compile(made);
  });

  it('that refers to itself is open there, and referred to elsewhere is not', () => {
    type Tree = { name: string; children: Tree[] };
    const tree: z.ZodType<Tree> = z.object({ name: z.string(), children: z.array(z.lazy(() => tree)) });
    const { rules } = told(z.object({ root: tree, other: tree }));
    expect(
      taken(rules, { root: { name: 'a', children: [{ name: 1 }] }, other: { name: '', children: [] } }),
    ).toBe(true);
    expect(taken(rules, { root: { name: 1, children: [] }, other: { name: '', children: [] } })).toBe(false);
    expect(taken(rules, { root: { name: 'a', children: [] }, other: { name: 1, children: [] } })).toBe(false);
  });

  it('may have properties of odd names', () => {
    const made = fastestSchema(
      JSON.parse(
        '{"type":"object","properties":{"__proto__":{"type":"string"},"$$root":{"type":"string"}}}',
      ) as object as never,
    );
    expect(Object.keys(made)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  });
});

/** A schema of zod, and a value that it takes. */
type Pair = [schema: z.ZodType, value: unknown];

const { pair } = fc.letrec<{ pair: Pair; leaf: Pair; object: Pair }>((tie) => ({
  leaf: fc.oneof(
    fc.string().map((text): Pair => [z.string(), text]),
    fc.string({ minLength: 2, maxLength: 9 }).map((text): Pair => [z.string().min(2).max(9), text]),
    fc
      .emailAddress()
      .filter((mail) => z.email().safeParse(mail).success)
      .map((mail): Pair => [z.email(), mail]),
    fc.uuid().map((id): Pair => [z.uuid(), id]),
    fc.integer({ min: 1 }).map((n): Pair => [z.int().positive(), n]),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n): Pair => [z.number(), n]),
    fc.boolean().map((flag): Pair => [z.boolean(), flag]),
    fc.string().map((text): Pair => [z.literal(text), text]),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((all): Pair => [z.enum(all as [string]), all[0]]),
    fc.jsonValue().map((value): Pair => [z.unknown(), value]),
    fc.constant<Pair>([z.null(), null]),
    fc.integer().map((n): Pair => [z.coerce.number(), String(n)]),
  ),
  object: fc
    .dictionary(
      fc.string(),
      tie('pair').map(([schema, value]): Pair => [schema, value]),
    )
    .map((all): Pair => [
      z.object(Object.fromEntries(Object.entries(all).map(([key, [schema]]) => [key, schema]))),
      Object.fromEntries(Object.entries(all).map(([key, [, value]]) => [key, value])),
    ]),
  pair: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    tie('object'),
    tie('pair').map(([schema, value]): Pair => [z.array(schema), [value, value]]),
    tie('pair').map(([schema]): Pair => [schema.nullable(), null]),
    fc.tuple(tie('pair'), tie('pair')).map(([[a], [b, value]]): Pair => [z.union([a, b]), value]),
    fc.tuple(tie('pair'), tie('pair')).map(([[a, one], [b, two]]): Pair => [z.tuple([a, b]), [one, two]]),
    tie('pair').map(([schema, value]): Pair => [z.record(z.string(), schema), { key: value }]),
    tie('pair').map(([schema]): Pair => [z.object({ a: schema.optional() }), {}]),
  ),
}));

it('what a schema takes, a peer that goes by what it was told takes, too', () => {
  fc.assert(
    fc.property(pair, ([schema, value]) => {
      fc.pre(schema.safeParse(value).success && value !== null);
      const { rules } = told(schema);
      expect(taken(rules, value), JSON.stringify(rules)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

describe('schemas of other kinds', () => {
  it('are told as they are', () => {
    expect(validator.announce({ id: 'number' }, 'input')).toBeNull();
    expect(validator.announce(undefined, 'input')).toBeNull();
  });

  it('are told where nothing is checked, too', () => {
    expect(new NoValidator().announce(z.object({ a: z.string() }), 'input')).toMatchObject({
      rules: { a: { type: 'string' } },
    });
  });
});
