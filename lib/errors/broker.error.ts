import { brokerDisconnected, gracefulStopTimeout, nodeIDConflict } from '../messages/errors.messages.js';
import type { RequestFacts } from '../messages/errors.messages.js';
import { MoleculerError, MoleculerRetryableError } from './moleculer.error.js';

/**
 * The transporter has no connection, so nothing can be sent or no answer can come: code 502, type `BAD_GATEWAY`, retryable.
 *
 * @publicApi
 */
export class BrokerDisconnectedError extends MoleculerRetryableError {
  /**
   * @param data The request concerned, if there is one.
   * @param reason A sentence added to the message, such as that the request may have run.
   */
  constructor(data?: RequestFacts, reason?: string) {
    super(brokerDisconnected(reason), 502, 'BAD_GATEWAY', data);
    // Thousands may be made at once, all at the same place: the frames would fill the log and explain nothing.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * An option is unknown, of the wrong type or impossible: code 500, type `BROKER_OPTIONS_ERROR`, `data` the list of problems.
 *
 * @publicApi
 */
export class BrokerOptionsError extends MoleculerError {
  constructor(message: string, data?: unknown) {
    super(message, 500, 'BROKER_OPTIONS_ERROR', data);
  }
}

/**
 * Work was still going on when `tracking.shutdownTimeout` ended: code 500, type `GRACEFUL_STOP_TIMEOUT`.
 *
 * @publicApi
 */
export class GracefulStopTimeoutError extends MoleculerError {
  constructor(data?: { service?: { name: string; version?: string | number } } | null) {
    const service = data?.service;
    super(
      gracefulStopTimeout(service?.name),
      500,
      'GRACEFUL_STOP_TIMEOUT',
      service ? { name: service.name, version: service.version } : undefined,
    );
  }
}

/**
 * Another node of the cluster bears our node ID: code 500, type `NODE_ID_CONFLICT`. Moleculer has no such error: there the older
 * process ends itself.
 *
 * @publicApi
 */
export class NodeIDConflictError extends MoleculerError {
  /** @param data `instanceID` is ours, `otherInstanceID` theirs, each if known. */
  constructor(data: { nodeID: string; instanceID?: string; otherInstanceID?: string }) {
    super(nodeIDConflict(data), 500, 'NODE_ID_CONFLICT', data);
  }
}
