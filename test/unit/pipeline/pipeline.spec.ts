import { describe, expect, it, vi } from 'vitest';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import type { ContextHost } from '../../../lib/context/context-host.js';
import { Pipeline, type PipelineOptions } from '../../../lib/pipeline/pipeline.js';
import type { ActionDefinition, Handler } from '../../../lib/registry/service-definition.js';

const host = { nodeID: 'me', newID: () => 'id', now: () => 0 } as unknown as ContextHost;
const service = { name: 's', fullName: 's', settings: {}, metadata: {} };

const actionContext = (params: unknown) =>
  new Context(host, { nodeID: 'me', local: true, action: { name: 's.a' }, service }, params, NO_OPTIONS);

function definition(handler: Handler, params?: unknown): ActionDefinition {
  return {
    info: { name: 's.a', rawName: 'a', ...(params === undefined ? {} : { params }) },
    handler,
    origin: 'here',
  };
}

const make = (options: Partial<PipelineOptions> = {}) =>
  new Pipeline({
    compileSchema: null,
    contextParamsCloning: false,
    errorHandler: null,
    ambientContext: false,
    ...options,
  });

describe('the pipeline', () => {
  it('adds nothing where everything is off', () => {
    const handler = vi.fn();
    expect(make().action(definition(handler, { a: 'string' }))).toBe(handler);
    expect(make().event({ info: { name: 'e' }, handler, origin: 'here' })).toBe(handler);
  });

  it('compiles a schema once, and hands the handler what the check gives', () => {
    const compileSchema = vi.fn(() => (params: unknown) => ({ ...(params as object), checked: true }));
    const handler = make({ compileSchema }).action(definition((ctx) => ctx.params, { a: 'string' }));
    expect(handler(actionContext({ a: 'x' }))).toEqual({ a: 'x', checked: true });
    expect(handler(actionContext({ a: 'y' }))).toEqual({ a: 'y', checked: true });
    expect(compileSchema).toHaveBeenCalledTimes(1);
  });

  it('compiles none where there is none to compile', () => {
    const compileSchema = vi.fn();
    const handler = vi.fn();
    for (const params of [undefined, null, {}, 'text']) {
      expect(make({ compileSchema }).action(definition(handler, params))).toBe(handler);
    }
    expect(compileSchema).not.toHaveBeenCalled();
  });

  it('says where a wrong schema is; the error stays what it was', () => {
    class OwnError extends Error {}
    const cause = new Error('deep');
    const error = new OwnError('no such rule', { cause });
    const compileSchema = () => {
      throw error;
    };
    const pipeline = make({ compileSchema });
    expect(() => pipeline.action(definition(vi.fn(), { a: 'string' }))).toThrow(error);
    expect(error).toMatchObject({ message: 'here: no such rule', cause });
    expect(error.stack).toMatch(/^Error: here: no such rule\n/);
    const event = { info: { name: 'e', params: { a: 'x' } }, handler: vi.fn(), origin: 'Mail.onUser' };
    expect(() => pipeline.event(event)).toThrow(/^Mail.onUser: /);
  });

  it('a check may answer later or refuse', async () => {
    const inner = vi.fn((ctx: Context) => ctx.params);
    const later = make({ compileSchema: () => (params) => Promise.resolve([params]) }).action(
      definition(inner, { a: 'any' }),
    );
    await expect(later(actionContext(1))).resolves.toEqual([1]);
    const refusing = make({
      compileSchema: () => () => {
        throw new Error('invalid');
      },
    }).action(definition(inner, { a: 'any' }));
    expect(() => refusing(actionContext(1))).toThrow('invalid');
    expect(inner).toHaveBeenCalledTimes(1);
  });

  it('with params cloning a handler changes its own copy', () => {
    const given = { list: [1] };
    const handler = make({ contextParamsCloning: true }).action(
      definition((ctx) => (ctx.params as typeof given).list.push(2)),
    );
    handler(actionContext(given));
    expect(given).toEqual({ list: [1] });
  });
});

describe('errorHandler', () => {
  it('answers in place of the handler, for errors at once and later', async () => {
    const errorHandler = vi.fn(
      (error: Error, info: object) => `${error.message} ${Object.keys(info).join()}`,
    );
    const pipeline = make({ errorHandler });
    const throwing = pipeline.action(
      definition(() => {
        throw new Error('now');
      }),
    );
    expect(throwing(actionContext({}))).toBe('now ctx,service,action');
    const rejecting = pipeline.action(definition(() => Promise.reject(new Error('later'))));
    await expect(rejecting(actionContext({}))).resolves.toBe('later ctx,service,action');
    const foreign = { then: (_: unknown, no: (e: unknown) => void) => no(new Error('foreign')) };
    await expect(pipeline.action(definition(() => foreign))(actionContext({}))).resolves.toBe(
      'foreign ctx,service,action',
    );
  });

  it('is told of the event where it was one', () => {
    const errorHandler = vi.fn();
    const handler = make({ errorHandler }).event({
      info: { name: 'e.*' },
      handler: () => {
        throw new Error('no');
      },
      origin: 'here',
    });
    const ctx = new Context(
      host,
      { nodeID: 'me', local: true, event: { name: 'e.*' }, service },
      {},
      NO_OPTIONS,
    );
    handler(ctx);
    expect(errorHandler).toHaveBeenCalledWith(expect.any(Error), { ctx, service, event: { name: 'e.*' } });
  });

  it('gets an error for whatever was thrown, the one a caller would get', () => {
    const errorHandler = vi.fn();
    const handler = make({ errorHandler }).action(
      definition(() => {
        throw 'text';
      }),
    );
    handler(actionContext({}));
    expect(errorHandler.mock.calls[0]?.[0]).toMatchObject({
      name: 'MoleculerError',
      message: 'text',
      code: 500,
    });
  });

  it('may throw another error', () => {
    const handler = make({
      errorHandler: () => {
        throw new Error('other');
      },
    }).action(definition(() => Promise.reject(new Error('first'))));
    return expect(handler(actionContext({}))).rejects.toThrow('other');
  });
});
