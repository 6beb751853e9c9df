import fc from 'fast-check';
import * as m14 from 'moleculer14';
import * as m15 from 'moleculer15';
import { describe, expect, it } from 'vitest';
import { BrokerDisconnectedError } from '../../../lib/errors/broker.error.js';
import { MoleculerClientError, MoleculerError } from '../../../lib/errors/moleculer.error.js';
import { RequestTimeoutError } from '../../../lib/errors/request.error.js';
import { ServiceNotFoundError } from '../../../lib/errors/service.error.js';
import { ValidationError } from '../../../lib/errors/validation.error.js';
import { BUILT_IN_ERROR_NAMES, makeBuiltInError } from '../../../lib/protocol/built-in-errors.js';
import { fromErrorPayload, toErrorPayload } from '../../../lib/protocol/error-payload.js';
import type { ErrorPayload } from '../../../lib/protocol/packets.js';

type Fields = Error & Record<string, unknown>;

const overTheWire = (payload: unknown): unknown => JSON.parse(JSON.stringify(payload));
const received = (payload: unknown): Fields => fromErrorPayload(payload, 'sender') as Fields;

describe('toErrorPayload', () => {
  it('writes the fields of a MoleculerError, without stack', () => {
    const error = new MoleculerClientError('no', 409, 'CONFLICT', { id: 5 });
    expect(toErrorPayload(error, 'here', false)).toEqual({
      name: 'MoleculerClientError',
      message: 'no',
      nodeID: 'here',
      code: 409,
      type: 'CONFLICT',
      retryable: false,
      data: { id: 5 },
    });
  });

  it('adds the stack only if it may', () => {
    const error = new Error('x');
    expect(toErrorPayload(error, 'here', true).stack).toBe(error.stack);
    expect('stack' in toErrorPayload(error, 'here', false)).toBe(false);
  });

  it('keeps the node where an error was first thrown', () => {
    const error = Object.assign(new Error('x'), { nodeID: 'first' });
    expect(toErrorPayload(error, 'here', false).nodeID).toBe('first');
  });

  it('leaves out fields of the wrong type', () => {
    const error = Object.assign(new Error('x'), { code: {}, type: 5, retryable: 'yes', nodeID: 7, name: '' });
    expect(toErrorPayload(error, 'here', true)).toEqual({
      name: 'Error',
      message: 'x',
      nodeID: 'here',
      stack: error.stack,
    });
  });

  it('keeps codes that are texts, as system errors have', () => {
    expect(toErrorPayload(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'n', false).code).toBe(
      'ECONNREFUSED',
    );
  });

  it('says what data it could not write, and still answers', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const data of [circular, { big: 1n }, 5n]) {
      const payload = toErrorPayload(new MoleculerError('x', 500, 'T', data), 'n', false);
      expect(JSON.stringify(payload)).toContain('data was left out');
    }
    expect('data' in toErrorPayload(new MoleculerError('x', 500, 'T', () => 1), 'n', false)).toBe(false);
  });

  it('answers even if the error itself throws when it is read', () => {
    const error = new Error('x');
    Object.defineProperty(error, 'data', {
      get() {
        throw new Error('lazy');
      },
    });
    expect(toErrorPayload(error, 'n', false)).toMatchObject({
      name: 'MoleculerError',
      message: 'Error: lazy',
    });
  });

  it('gives errors that are built from data some data', () => {
    const error = new RequestTimeoutError({ action: 'a' });
    error.data = null;
    expect(toErrorPayload(error, 'n', false).data).toEqual({ nodeID: 'n' });
    expect(toErrorPayload(error, 'n', false, { action: 'a', nodeID: 'caller' }).data).toEqual({
      action: 'a',
      nodeID: 'caller',
    });
    error.data = { big: 1n };
    expect(toErrorPayload(error, 'n', false).data).toEqual({ nodeID: 'n' });
  });
});

describe.each([
  ['0.14', m14],
  ['0.15', m15],
])('a Moleculer %s node', (_version, moleculer) => {
  const regenerator = new moleculer.Errors.Regenerator();
  regenerator.init({ nodeID: 'js' } as never);

  it.each(BUILT_IN_ERROR_NAMES)('rebuilds our %s whatever its data is', (name) => {
    for (const data of [undefined, null, 5, 'text', {}, [], { action: 'a', nodeID: 'b', level: 3 }]) {
      const error = makeBuiltInError(name, { action: 'a', nodeID: 'b' })!;
      error.data = data;
      const wire = overTheWire(toErrorPayload(error, 'ours', false)) as never;
      const theirs = regenerator.restore(wire, { sender: 'ours' }) as unknown as Fields;
      expect(theirs).toMatchObject({ name, code: error.code, type: error.type, retryable: error.retryable });
    }
  });

  it.each(BUILT_IN_ERROR_NAMES)('writes %s so that we rebuild it', (name) => {
    const Theirs = (moleculer.Errors as unknown as Record<string, new (...args: unknown[]) => Fields>)[name];
    if (!Theirs) return;
    const byMessage = /^(Moleculer|Validation|ServiceSchema|BrokerOptions)/.test(name);
    const theirs = byMessage ? new Theirs('message') : new Theirs({ action: 'a', nodeID: 'b', level: 3 });
    const wire = overTheWire(regenerator.extractPlainError(theirs));
    const error = received(wire);
    expect(error).toBeInstanceOf(makeBuiltInError(name, {})!.constructor);
    const { message, code, type, data, retryable } = theirs;
    expect(error).toMatchObject({ name, message, code, retryable, nodeID: 'js' });
    expect([error['type'], error['data'] ?? undefined]).toEqual([type, data ?? undefined]);
  });
});

describe('fromErrorPayload', () => {
  it('makes the class of the name, with what was sent rather than what the class would say', () => {
    const error = received({
      name: 'RequestTimeoutError',
      message: 'own words',
      code: 599,
      type: 'X',
      data: { action: 'a' },
    });
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect(error).toMatchObject({
      message: 'own words',
      code: 599,
      type: 'X',
      data: { action: 'a' },
      nodeID: 'sender',
    });
    expect(Object.keys(error)).not.toContain('message');
  });

  it('lets the class fill in what was not sent', () => {
    const error = received({ name: 'ServiceNotFoundError', data: { action: 'a.b' } });
    expect(error).toBeInstanceOf(ServiceNotFoundError);
    expect(error).toMatchObject({ message: "Service 'a.b' is not found.", code: 404, retryable: true });
    expect(received({ name: 'BrokerDisconnectedError', message: 'm' })).toBeInstanceOf(
      BrokerDisconnectedError,
    );
  });

  it('makes a plain Error of other names', () => {
    const error = received({
      name: 'OrderLimitError',
      message: 'm',
      code: 4711,
      type: 'T',
      data: [1],
      nodeID: 'first',
    });
    expect(error.constructor).toBe(Error);
    expect(error).toMatchObject({
      name: 'OrderLimitError',
      message: 'm',
      code: 4711,
      type: 'T',
      data: [1],
      nodeID: 'first',
    });
    expect(error['retryable']).toBe(false);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'is not misled by the name %s',
    (name) => {
      const error = received({ name, message: 'm' });
      expect(error.constructor).toBe(Error);
      expect(error.name).toBe(name);
    },
  );

  it('takes the string of tiny-moleculer-py', () => {
    const error = received('it broke');
    expect(error).toBeInstanceOf(MoleculerError);
    expect(error).toMatchObject({ name: 'MoleculerError', message: 'it broke', code: 500, nodeID: 'sender' });
  });

  it.each([null, undefined, 5, true, [], {}, { name: 'X' }, { message: 7 }, { name: 3, message: 'm' }])(
    'makes a MoleculerError with a message of %j',
    (payload) => {
      const error = received(payload);
      expect(error).toBeInstanceOf(MoleculerError);
      expect(error.message).not.toBe('');
      expect(error['nodeID']).toBe('sender');
    },
  );

  it('shows the stack of the other node, or a line that names it', () => {
    expect(received({ name: 'Error', message: 'm', stack: 'Error: m\n    at far.js:1' }).stack).toBe(
      "Error: m\n    at far.js:1\n    at node 'sender'",
    );
    expect(received({ name: 'TypeError', message: 'm' }).stack).toBe("TypeError: m\n    at node 'sender'");
  });

  it('pollutes no prototype', () => {
    const payload: unknown = JSON.parse(
      '{"name":"MoleculerError","message":"m","data":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}',
    );
    received(payload);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((new Error('x') as Fields)['polluted']).toBeUndefined();
  });

  it('never throws and always names a node, whatever arrives', () => {
    const name = fc.oneof(fc.constantFrom(...BUILT_IN_ERROR_NAMES), fc.string());
    const payload = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { name, message: fc.jsonValue(), data: fc.jsonValue(), code: fc.jsonValue() },
        { requiredKeys: ['name'] },
      ),
      fc.record({
        name,
        data: fc.constantFrom({ action: { toString: 1 } }, { nodeID: {} }, { service: [] }),
      }),
    );
    fc.assert(
      fc.property(payload, (value) => {
        const error = received(value);
        expect(error).toBeInstanceOf(Error);
        expect(typeof error['nodeID']).toBe('string');
        expect(typeof error['retryable']).toBe('boolean');
      }),
    );
  });

  it('returns what was sent, for every class and all data of JSON', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BUILT_IN_ERROR_NAMES),
        fc.string(),
        fc.jsonValue(),
        (name, message, data) => {
          const error = makeBuiltInError(name, data)!;
          Object.assign(error, { message });
          const first = overTheWire(toErrorPayload(error, 'n', false)) as ErrorPayload;
          const again = overTheWire(toErrorPayload(fromErrorPayload(first, 'x'), 'y', false));
          expect(again).toEqual(first);
        },
      ),
    );
  });

  it('keeps the list of a ValidationError', () => {
    const issues = [{ type: 'required', field: 'a', message: 'm', nodeID: 'n', action: 'x.y' }];
    const error = received(overTheWire(toErrorPayload(new ValidationError('bad', null, issues), 'n', false)));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: 422, type: 'VALIDATION_ERROR', data: issues });
  });
});
