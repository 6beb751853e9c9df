import { STATUS_CODES } from 'node:http';
import { types } from 'node:util';
import { MoleculerClientError, MoleculerError } from './moleculer.error.js';

/** Nest's `HttpException`, told by its shape: this layer knows no Nest. */
interface HttpExceptionLike extends Error {
  getStatus(): unknown;
  getResponse(): unknown;
}

/** Nest's `RpcException`, told by its shape. */
interface RpcExceptionLike extends Error {
  getError(): unknown;
}

/**
 * What a caller gets for what a handler threw; the same for local and remote callers.
 *
 * - An `Error` is itself, but Nest's `HttpException` becomes a `MoleculerClientError` (4xx) or `MoleculerError` with the status as
 *   `code` and the response as `data`, and `RpcException` a `MoleculerError` with the fields of its error.
 * - Anything else becomes a `MoleculerError`, code 500.
 */
export function normaliseError(thrown: unknown): Error {
  if (thrown instanceof MoleculerError) return thrown;
  if (thrown === null || typeof thrown !== 'object') return new MoleculerError(textOf(thrown));
  if (isHttpException(thrown)) return fromHttpException(thrown);
  if (isRpcException(thrown)) return fromRpcException(thrown);
  if (thrown instanceof Error || types.isNativeError(thrown)) return thrown;
  return fromPlainObject(thrown);
}

function isHttpException(thrown: object): thrown is HttpExceptionLike {
  const { getStatus, getResponse } = thrown as Partial<HttpExceptionLike>;
  return typeof getStatus === 'function' && typeof getResponse === 'function';
}

function isRpcException(thrown: object): thrown is RpcExceptionLike {
  return typeof (thrown as Partial<RpcExceptionLike>).getError === 'function';
}

function fromHttpException(exception: HttpExceptionLike): MoleculerError {
  const given = exception.getStatus();
  const status = typeof given === 'number' && given > 0 ? given : 500;
  const response = exception.getResponse();
  const data = typeof response === 'object' && response !== null ? response : undefined;
  const Class = status >= 400 && status < 500 ? MoleculerClientError : MoleculerError;
  const type = httpType(exception, data as { error?: unknown } | undefined, status);
  return standingFor(exception, new Class(textOf(exception.message), status, type, data));
}

/** `Bad Request` or `BadRequestException` -> `BAD_REQUEST`. */
function httpType(exception: Error, response: { error?: unknown } | undefined, status: number): string {
  if (typeof response?.error === 'string' && response.error !== '') return upperSnake(response.error);
  const className = exception.constructor.name.replace(/Exception$/, '');
  if (className !== '' && className !== 'Http') return upperSnake(className);
  return upperSnake(STATUS_CODES[status] ?? `HTTP ${status}`);
}

function upperSnake(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
}

function fromRpcException(exception: RpcExceptionLike): Error {
  const inner = exception.getError();
  if (inner instanceof Error && inner !== exception) return normaliseError(inner);
  if (typeof inner !== 'object' || inner === null) {
    return standingFor(exception, new MoleculerError(textOf(inner ?? exception.message)));
  }
  return standingFor(exception, fromFields(inner, textOf(exception.message)));
}

/** A thrown object that is no `Error`: its own message if it has one. */
function fromPlainObject(thrown: object): MoleculerError {
  if (typeof (thrown as { message?: unknown }).message === 'string') return fromFields(thrown, '');
  return new MoleculerError(textOf(thrown), 500, undefined, thrown);
}

interface ErrorFields {
  message?: unknown;
  code?: unknown;
  status?: unknown;
  statusCode?: unknown;
  type?: unknown;
  data?: unknown;
  retryable?: unknown;
}

function fromFields(fields: ErrorFields, otherwise: string): MoleculerError {
  const code = [fields.code, fields.status, fields.statusCode].find((value) => typeof value === 'number');
  return new MoleculerError(
    typeof fields.message === 'string' ? fields.message : otherwise,
    code as number | undefined,
    typeof fields.type === 'string' ? fields.type : undefined,
    fields.data,
    fields.retryable === true,
  );
}

/** The new error points at where the original was thrown, and keeps it as `cause` for those on this node. */
function standingFor<E extends Error>(original: Error, error: E): E {
  if (typeof original.stack === 'string') error.stack = original.stack;
  Object.defineProperty(error, 'cause', {
    configurable: true,
    enumerable: false,
    writable: true,
    value: original,
  });
  return error;
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
