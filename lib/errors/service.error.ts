import { serviceNotAvailable, serviceNotFound, withReason } from '../messages/errors.messages.js';
import type { RequestFacts } from '../messages/errors.messages.js';
import { MoleculerError, MoleculerRetryableError } from './moleculer.error.js';

/**
 * Nobody has ever announced this action (or the node asked for does not serve it): code 404, type `SERVICE_NOT_FOUND`, retryable.
 *
 * @publicApi
 */
export class ServiceNotFoundError extends MoleculerRetryableError {
  /** @param hint one more sentence for the message: why perhaps. It does not cross the wire to Moleculer.js nodes. */
  constructor(data: RequestFacts & { service?: string; version?: string | number } = {}, hint?: string) {
    super(withReason(serviceNotFound(data), hint), 404, 'SERVICE_NOT_FOUND', data);
  }
}

/**
 * The action is known, but no node serves it now: code 404, type `SERVICE_NOT_AVAILABLE`, retryable.
 *
 * @publicApi
 */
export class ServiceNotAvailableError extends MoleculerRetryableError {
  constructor(data: RequestFacts) {
    super(serviceNotAvailable(data), 404, 'SERVICE_NOT_AVAILABLE', data);
  }
}

/**
 * A service is declared in a way that cannot work: code 500, type `SERVICE_SCHEMA_ERROR`. Thrown at start.
 *
 * @publicApi
 */
export class ServiceSchemaError extends MoleculerError {
  constructor(message: string, data?: unknown) {
    super(message, 500, 'SERVICE_SCHEMA_ERROR', data);
  }
}
