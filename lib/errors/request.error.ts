import {
  maxCallLevel,
  queueIsFull,
  requestAborted,
  requestRejected,
  requestSkipped,
  requestTimeout,
} from '../messages/errors.messages.js';
import type { RequestFacts } from '../messages/errors.messages.js';
import { MoleculerError, MoleculerRetryableError } from './moleculer.error.js';

/**
 * No answer within `timeout`: code 504, type `REQUEST_TIMEOUT`, retryable. The handler may run on.
 *
 * @publicApi
 */
export class RequestTimeoutError extends MoleculerRetryableError {
  constructor(data: RequestFacts) {
    super(requestTimeout(data), 504, 'REQUEST_TIMEOUT', data);
  }
}

/**
 * The parent call's time was used up before this call could be sent: code 514, type `REQUEST_SKIPPED`.
 *
 * @publicApi
 */
export class RequestSkippedError extends MoleculerError {
  constructor(data: RequestFacts) {
    super(requestSkipped(data), 514, 'REQUEST_SKIPPED', data);
  }
}

/**
 * The node that was asked has left before it answered: code 503, type `REQUEST_REJECTED`, retryable.
 *
 * @publicApi
 */
export class RequestRejectedError extends MoleculerRetryableError {
  /** @param reason A sentence added to the message, such as that the request may have run. */
  constructor(data: RequestFacts, reason?: string) {
    super(requestRejected(data, reason), 503, 'REQUEST_REJECTED', data);
  }
}

/**
 * Too many requests wait already: code 429, type `QUEUE_FULL`, retryable.
 *
 * @publicApi
 */
export class QueueIsFullError extends MoleculerRetryableError {
  /** @param data `size` and `limit` are the queue's. */
  constructor(data: RequestFacts & { size?: number; limit?: number; event?: string; service?: string }) {
    super(queueIsFull(data), 429, 'QUEUE_FULL', data);
  }
}

/**
 * A chain of calls is deeper than `maxCallLevel`: code 500, type `MAX_CALL_LEVEL`.
 *
 * @publicApi
 */
export class MaxCallLevelError extends MoleculerError {
  constructor(data: { nodeID?: string; level?: number; action?: string }) {
    super(maxCallLevel(data), 500, 'MAX_CALL_LEVEL', data);
  }
}

/**
 * The caller's `AbortSignal` fired: code 499, type `REQUEST_ABORTED`. Moleculer has no such error; its nodes see a plain `Error`
 * of this name, code and type.
 *
 * @publicApi
 */
export class RequestAbortedError extends MoleculerError {
  /** @param reason The signal's `reason`; kept as `cause`. */
  constructor(data: RequestFacts, reason?: unknown) {
    super(requestAborted(data), 499, 'REQUEST_ABORTED', data);
    if (reason !== undefined) {
      Object.defineProperty(this, 'cause', {
        configurable: true,
        enumerable: false,
        writable: true,
        value: reason,
      });
    }
  }
}
