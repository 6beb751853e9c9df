import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MoleculerClientError, MoleculerError } from '../../../lib/errors/moleculer.error.js';
import { normaliseError } from '../../../lib/errors/normalise-error.js';
import { RequestTimeoutError } from '../../../lib/errors/request.error.js';

function normalised(thrown: unknown): MoleculerError {
  return normaliseError(thrown) as MoleculerError;
}

describe('normaliseError', () => {
  it.each([new MoleculerError('a'), new RequestTimeoutError({ action: 'a' }), new TypeError('b')])(
    'leaves errors as they are: %s',
    (error) => {
      expect(normaliseError(error)).toBe(error);
    },
  );

  it('knows an error of another realm', () => {
    const foreign: unknown = runInContext('new TypeError("far")', createContext({}));
    expect(normaliseError(foreign)).toBe(foreign);
  });

  it.each<[unknown, string]>([
    ['text', 'text'],
    [42, '42'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), '[object Object]'],
  ])('makes a MoleculerError of a thrown %s', (thrown, message) => {
    const error = normalised(thrown);
    expect(error).toBeInstanceOf(MoleculerError);
    expect(error).toMatchObject({ message, code: 500, retryable: false });
  });

  it('reads a thrown plain object that has a message', () => {
    expect(normalised({ message: 'm', code: 409, type: 'T', data: { a: 1 }, retryable: true })).toMatchObject(
      {
        message: 'm',
        code: 409,
        type: 'T',
        data: { a: 1 },
        retryable: true,
      },
    );
    expect(normalised({ a: 1 }).data).toEqual({ a: 1 });
  });

  it.each<[HttpException, number, string]>([
    [new ForbiddenException(), 403, 'FORBIDDEN'],
    [new ForbiddenException('Forbidden resource'), 403, 'FORBIDDEN'],
    [new NotFoundException('no user'), 404, 'NOT_FOUND'],
    [new BadRequestException(['a must be a string']), 400, 'BAD_REQUEST'],
    [new HttpException('slow down', 429), 429, 'TOO_MANY_REQUESTS'],
    [new HttpException({ odd: true }, 499), 499, 'HTTP_499'],
  ])('makes a client error of %s', (exception, code, type) => {
    const error = normalised(exception);
    expect(error).toBeInstanceOf(MoleculerClientError);
    expect(error).toMatchObject({ code, type, message: exception.message });
    expect(error.cause).toBe(exception);
    expect(error.stack).toBe(exception.stack);
  });

  it('keeps the response of an HttpException as data, if it is an object', () => {
    expect(normalised(new BadRequestException(['a', 'b'])).data).toMatchObject({ message: ['a', 'b'] });
    expect(normalised(new HttpException('text', 400)).data).toBeUndefined();
  });

  it('makes a MoleculerError, not a client one, of a 5xx', () => {
    const error = normalised(new ServiceUnavailableException());
    expect(error).toMatchObject({ code: 503, type: 'SERVICE_UNAVAILABLE', name: 'MoleculerError' });
  });

  it('reads RpcExceptions: a text, the fields, or an error inside', () => {
    expect(normalised(new RpcException('oh'))).toMatchObject({
      name: 'MoleculerError',
      message: 'oh',
      code: 500,
    });
    const fields = { message: 'gone', status: 410, type: 'GONE', data: [1] };
    expect(normalised(new RpcException(fields))).toMatchObject({
      message: 'gone',
      code: 410,
      type: 'GONE',
      data: [1],
    });
    expect(normalised(new RpcException({ statusCode: 409, status: 'error' }))).toMatchObject({ code: 409 });
    const inner = new MoleculerClientError('inner');
    expect(normaliseError(new RpcException(inner))).toBe(inner);
  });
});
