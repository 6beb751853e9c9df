import {
  BrokerDisconnectedError,
  BrokerOptionsError,
  GracefulStopTimeoutError,
  NodeIDConflictError,
} from '../errors/broker.error.js';
import {
  MoleculerClientError,
  MoleculerError,
  MoleculerRetryableError,
  MoleculerServerError,
} from '../errors/moleculer.error.js';
import { InvalidPacketDataError, ProtocolVersionMismatchError } from '../errors/protocol.error.js';
import {
  MaxCallLevelError,
  QueueIsFullError,
  RequestAbortedError,
  RequestRejectedError,
  RequestSkippedError,
  RequestTimeoutError,
} from '../errors/request.error.js';
import {
  ServiceNotAvailableError,
  ServiceNotFoundError,
  ServiceSchemaError,
} from '../errors/service.error.js';
import { ValidationError } from '../errors/validation.error.js';

/** What a class needs to make up its own message; only texts and numbers, whatever the sender put there. */
interface Facts {
  action?: string;
  nodeID: string;
  service?: string;
  version?: string;
  level?: number;
}

/** A map, not an object: names come from the network, and `constructor` is one. */
const MAKERS = new Map<string, (facts: Facts) => MoleculerError>([
  ['MoleculerError', () => new MoleculerError()],
  ['MoleculerRetryableError', () => new MoleculerRetryableError()],
  ['MoleculerServerError', () => new MoleculerServerError()],
  ['MoleculerClientError', () => new MoleculerClientError()],
  ['ValidationError', () => new ValidationError('')],
  ['ServiceNotFoundError', (facts) => new ServiceNotFoundError(facts)],
  ['ServiceNotAvailableError', (facts) => new ServiceNotAvailableError(facts)],
  ['ServiceSchemaError', () => new ServiceSchemaError('')],
  ['RequestTimeoutError', (facts) => new RequestTimeoutError(facts)],
  ['RequestSkippedError', (facts) => new RequestSkippedError(facts)],
  ['RequestRejectedError', (facts) => new RequestRejectedError(facts)],
  ['RequestAbortedError', (facts) => new RequestAbortedError(facts)],
  ['QueueIsFullError', (facts) => new QueueIsFullError(facts)],
  ['MaxCallLevelError', (facts) => new MaxCallLevelError(facts)],
  ['BrokerDisconnectedError', () => new BrokerDisconnectedError()],
  ['BrokerOptionsError', () => new BrokerOptionsError('')],
  ['GracefulStopTimeoutError', () => new GracefulStopTimeoutError()],
  ['NodeIDConflictError', (facts) => new NodeIDConflictError(facts)],
  ['ProtocolVersionMismatchError', () => new ProtocolVersionMismatchError()],
  ['InvalidPacketDataError', () => new InvalidPacketDataError()],
]);

/** Names that are rebuilt as classes of ours. */
export const BUILT_IN_ERROR_NAMES: readonly string[] = [...MAKERS.keys()];

/**
 * An instance of the class of this name with the message that the class makes of `data`; nothing for other names.
 * `data` itself is left as received.
 */
export function makeBuiltInError(name: string, data: unknown): MoleculerError | undefined {
  const make = MAKERS.get(name);
  if (!make) return undefined;
  const error = make(factsOf(data));
  error.data = data;
  return error;
}

function factsOf(data: unknown): Facts {
  const fields = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  return {
    action: text(fields['action']),
    nodeID: text(fields['nodeID']) ?? '',
    service: text(fields['service']),
    version: text(fields['version']),
    level: typeof fields['level'] === 'number' ? fields['level'] : undefined,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
