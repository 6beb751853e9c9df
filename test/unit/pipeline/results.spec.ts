import { defer, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Context } from '../../../lib/context/context.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import type { ReturnsMode } from '../../../lib/options/returns.options.js';
import { Pipeline } from '../../../lib/pipeline/pipeline.js';
import type { Handler } from '../../../lib/registry/service-definition.js';
import { FastestValidator } from '../../../lib/validators/fastest.validator.js';

const ctx = {
  nodeID: 'n',
  action: { name: 's.a' },
  params: {},
  whenAborted: () => undefined,
} as never as Context;
const schema = z.object({ id: z.number(), secret: z.undefined().optional() });

function compiled(handler: Handler, options: { mode?: ReturnsMode; info?: object } = {}) {
  const told: string[] = [];
  const validator = new FastestValidator();
  const pipeline = new Pipeline({
    compileSchema: null,
    results: {
      compileSchema: (given) => validator.compileReturns(given),
      mode: options.mode ?? 'throw',
      tell: (text) => told.push(text),
    },
    contextParamsCloning: false,
    errorHandler: null,
    ambientContext: false,
  });
  const info = { name: 's.a', rawName: 'a', returns: schema, ...options.info };
  return { run: pipeline.action({ info, handler, origin: 'S.a' }), told };
}

const error = {
  code: 422,
  type: 'RESULT_VALIDATION_ERROR',
  message: 'Result validation error!',
  data: [expect.objectContaining({ type: 'invalid_type', field: 'id', actual: 'x', action: 's.a' })],
};
const line = /^Action 's\.a' returned what its 'returns' schema does not allow: id: .*number/;

describe('a result that fits', () => {
  it('goes on at once as the schema gives it', () => {
    const { run, told } = compiled(() => ({ id: 1, more: 2 }));
    expect(run(ctx)).toEqual({ id: 1 });
    expect(told).toEqual([]);
  });

  it.each<[string, Handler]>([
    ['a promise', () => Promise.resolve({ id: 1, more: 2 })],
    ['an Observable', () => of({ id: 0 }, { id: 1, more: 2 })],
    ['a promise of an Observable', () => Promise.resolve(of({ id: 1, more: 2 }))],
  ])('may come later: %s', async (_, handler) => {
    expect(await compiled(handler).run(ctx)).toEqual({ id: 1 });
  });

  it('may be checked asynchronously', async () => {
    const returns = z.object({ id: z.number().refine(async (id) => Promise.resolve(id > 0)) });
    const { run, told } = compiled(() => ({ id: 1 }), { info: { returns } });
    expect(await run(ctx)).toEqual({ id: 1 });
    const refused = compiled(() => ({ id: -1 }), { info: { returns } });
    await expect(refused.run(ctx)).rejects.toMatchObject({ code: 422 });
    expect([told.length, refused.told.length]).toEqual([0, 1]);
  });
});

describe('a result that does not', () => {
  it('is an error of the call, and told', () => {
    const { run, told } = compiled(() => ({ id: 'x' }));
    expect(() => run(ctx)).toThrow(expect.objectContaining(error));
    expect(() => run(ctx)).toThrow(ValidationError);
    expect(told[0]).toMatch(line);
  });

  it.each<[string, Handler]>([
    ['a promise', () => Promise.resolve({ id: 'x' })],
    ['an Observable', () => of({ id: 1 }, { id: 'x' })],
  ])('may come later: %s', async (_, handler) => {
    const { run, told } = compiled(handler);
    await expect(run(ctx)).rejects.toMatchObject(error);
    expect(told).toHaveLength(1);
  });

  it('goes out as it is where that is wished, and is told', async () => {
    const result = { id: 'x', more: 1 };
    const { run, told } = compiled(() => result, { mode: 'log' });
    expect(run(ctx)).toBe(result);
    expect(told).toEqual([expect.stringMatching(line)]);
    const later = compiled(() => Promise.resolve(result), {
      mode: 'throw',
      info: { validateReturns: 'log' },
    });
    expect(await later.run(ctx)).toBe(result);
  });
});

it.each<[string, { mode?: ReturnsMode; info?: object }]>([
  ['the module', { mode: 'off' }],
  ['the action', { info: { validateReturns: 'off' } }],
  ['no schema', { info: { returns: undefined } }],
  ['an empty schema', { info: { returns: {} } }],
])('what is off by %s is not in the chain', (_, options) => {
  const handler = () => ({ id: 'x' });
  expect(compiled(handler, options).run).toBe(handler);
});

it('an error of the handler, and one of the schema’s own code, stay what they are', async () => {
  const failing = compiled(() => {
    throw new RangeError('mine');
  });
  expect(() => failing.run(ctx)).toThrow(RangeError);
  const returns = z.any().refine(() => {
    throw new RangeError('of the schema');
  });
  const { run, told } = compiled(() => 1, { info: { returns } });
  await expect((async () => run(ctx))()).rejects.toThrow(/of the schema/);
  expect([failing.told, told]).toEqual([[], []]);
});

it('an Observable is subscribed to once', async () => {
  let times = 0;
  const source = defer(() => of({ id: ++times }));
  expect(await compiled(() => source).run(ctx)).toEqual({ id: 1 });
});
