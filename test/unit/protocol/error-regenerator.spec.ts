import { describe, expect, it } from 'vitest';
import { MoleculerClientError, MoleculerError } from '../../../lib/errors/moleculer.error.js';
import { Regenerator, createErrorTranslator } from '../../../lib/protocol/error-regenerator.js';
import type { ErrorPayload } from '../../../lib/protocol/packets.js';

class OrderLimitError extends MoleculerClientError {
  constructor(readonly limit: number) {
    super('too much', 409, 'ORDER_LIMIT');
  }
}

class OwnErrors extends Regenerator {
  override extractPlainError(error: Error, payload: Parameters<Regenerator['extractPlainError']>[1]) {
    const plain = super.extractPlainError(error, payload);
    return error instanceof OrderLimitError ? { ...plain, limit: error.limit } : plain;
  }

  override restoreCustomError(plain: ErrorPayload & { limit?: number }) {
    return plain.name === 'OrderLimitError' ? new OrderLimitError(plain.limit ?? 0) : undefined;
  }
}

const origin = { nodeID: 'here', exposeStack: false };

describe('errorRegenerator', () => {
  it('carries classes of the user, with fields of their own', () => {
    const translator = createErrorTranslator(new OwnErrors());
    const wire: unknown = JSON.parse(
      JSON.stringify(translator.extractPlainError(new OrderLimitError(7), origin)),
    );
    expect(wire).toMatchObject({ name: 'OrderLimitError', limit: 7, nodeID: 'here' });
    const error = translator.restore(wire, 'there');
    expect(error).toBeInstanceOf(OrderLimitError);
    expect(error).toMatchObject({ limit: 7, nodeID: 'here', retryable: false });
    expect(error.stack).toBe("OrderLimitError: too much\n    at node 'here'");
  });

  it('leaves other errors to the default', () => {
    const translator = createErrorTranslator(new OwnErrors());
    expect(translator.restore({ name: 'MoleculerClientError', message: 'm' }, 'there')).toBeInstanceOf(
      MoleculerClientError,
    );
    expect(translator.restore('text', 'there')).toBeInstanceOf(MoleculerError);
  });

  it.each([null, undefined, {}])('works without: %j', (option) => {
    const translator = createErrorTranslator(option);
    expect(translator.extractPlainError('oops', origin)).toMatchObject({
      name: 'MoleculerError',
      message: 'oops',
    });
    expect(translator.restore({ name: 'X', message: 'm' }, 'there').name).toBe('X');
  });

  it('gives the answer nevertheless if the user’s code throws, and reports that', () => {
    const failures: unknown[] = [];
    const fail = () => {
      throw new Error('bug');
    };
    const translator = createErrorTranslator({ restore: fail, extractPlainError: fail }, (failure) =>
      failures.push(failure),
    );
    expect(translator.extractPlainError(new Error('x'), origin)).toMatchObject({
      name: 'Error',
      message: 'x',
    });
    expect(translator.restore({ name: 'X', message: 'm' }, 'there').name).toBe('X');
    expect(failures).toHaveLength(2);
  });

  it('sends nothing that the other side could not read, and no stack unasked', () => {
    const plain = { name: 5, code: {}, stack: 'secret', data: 1n, extra: true };
    const translator = createErrorTranslator({ extractPlainError: () => plain });
    const payload = translator.extractPlainError(new Error('x'), origin);
    expect(payload).toMatchObject({ name: 'Error', message: '', nodeID: 'here', extra: true });
    expect(payload).not.toHaveProperty('stack');
    expect(payload).not.toHaveProperty('code');
    const unsendable = createErrorTranslator({
      extractPlainError: () => ({ name: 'A', message: 'b', extra: 1n }),
    });
    expect(unsendable.extractPlainError(new Error('x'), origin)).toMatchObject({
      name: 'Error',
      message: 'x',
    });
  });

  it('takes nothing but errors from restore', () => {
    const translator = createErrorTranslator({ restore: () => 'no error' as never });
    expect(translator.restore({ name: 'X', message: 'm' }, 'there')).toBeInstanceOf(Error);
  });
});
