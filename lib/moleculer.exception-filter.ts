import { type ArgumentsHost, Catch, HttpException } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { BrokerDisconnectedError } from './errors/broker.error.js';
import { MoleculerError } from './errors/moleculer.error.js';
import { RequestRejectedError, RequestSkippedError, RequestTimeoutError } from './errors/request.error.js';
import { ServiceNotAvailableError, ServiceNotFoundError } from './errors/service.error.js';
import { SteadyLogger } from './errors/steady-logger.js';
import {
  INTERNAL_ERROR,
  requestFailed,
  timedOut,
  unavailable,
} from './messages/exception-filter.messages.js';

/** An error of another node whose class nobody knows here: a plain `Error` with the fields of the wire. */
abstract class RemoteError extends Error {
  abstract readonly code: number;
  readonly type?: string;
  readonly data?: unknown;

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!(value instanceof Error)) return false;
    const { nodeID, code } = value as { nodeID?: unknown; code?: unknown };
    return typeof nodeID === 'string' && typeof code === 'number';
  }
}

type CallError = MoleculerError | RemoteError;

/**
 * Answers HTTP requests whose calls failed: what a handler refused with a 4xx code keeps it, with type and data; 503 if nobody
 * could serve the call, 504 if nobody did in time; all else is a 500 that tells nothing and is logged. Other kinds of requests get
 * the error as it is.
 *
 * @example
 * providers: [{ provide: APP_FILTER, useClass: MoleculerExceptionFilter }]
 *
 * @publicApi
 */
@Catch(MoleculerError, RemoteError)
export class MoleculerExceptionFilter extends BaseExceptionFilter<CallError> {
  private readonly logger = new SteadyLogger(MoleculerExceptionFilter.name);

  /** Nest calls it with what a handler of HTTP threw. */
  override catch(error: CallError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    // The base filter knows what to do with an exception of Nest; its own types tie it to the one that was caught.
    super.catch(this.translate(error) as never, host);
  }

  private translate(error: CallError): HttpException {
    const status = statusOf(error);
    if (status >= 500) this.logger.error(requestFailed(error.type, error.message), error.stack);
    const body: Record<string, unknown> = { statusCode: status, message: messageOf(error, status) };
    if (status < 500) {
      if (error.type !== undefined) body['type'] = error.type;
      if (error.data !== undefined) body['data'] = withoutNode(error.data);
    }
    return new HttpException(body, status, { cause: error });
  }
}

/** Node IDs hold host names: they are nothing for clients. */
function withoutNode(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutNode);
  if (typeof data !== 'object' || data === null || !('nodeID' in data)) return data;
  const { nodeID: _nodeID, ...rest } = data;
  return rest;
}

function statusOf(error: CallError): number {
  if (error instanceof ServiceNotFoundError || error instanceof ServiceNotAvailableError) return 503;
  if (error instanceof RequestRejectedError || error instanceof BrokerDisconnectedError) return 503;
  if (error instanceof RequestTimeoutError || error instanceof RequestSkippedError) return 504;
  const { code } = error as { code: unknown };
  return typeof code === 'number' && Number.isInteger(code) && code >= 400 && code < 500 ? code : 500;
}

function messageOf(error: CallError, status: number): string {
  if (status < 500) return error.message;
  if (status === 503) return unavailable;
  return status === 504 ? timedOut : INTERNAL_ERROR;
}
