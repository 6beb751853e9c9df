/**
 * Texts of the error classes. Those of Moleculer's own classes are its texts, because callers compare them and a Moleculer.js node
 * makes them anew from `data` (protocol section 7); the rest is ours.
 */

/** What most errors about a request know; anything may be missing where it came from another node. */
export interface RequestFacts {
  action?: string;
  nodeID?: string;
}

const onNode = (nodeID: string | undefined): string => (nodeID ? ` on '${nodeID}' node` : '');

export function serviceNotFound(
  data: RequestFacts & { service?: string; version?: string | number },
): string {
  if (data.service) {
    const name = data.version ? `${data.version}.${data.service}` : data.service;
    return `Service '${name}' not found.`;
  }
  return data.action
    ? `Service '${data.action}' is not found${onNode(data.nodeID)}.`
    : 'Service is not found.';
}

export const serviceNotAvailable = (data: RequestFacts): string =>
  `Service '${data.action}' is not available${onNode(data.nodeID)}.`;

export const requestTimeout = (data: RequestFacts): string =>
  `Request is timed out when call '${data.action}' action${onNode(data.nodeID)}.`;

export const requestSkipped = (data: RequestFacts): string =>
  `Calling '${data.action}' is skipped because timeout reached${onNode(data.nodeID)}.`;

export const requestRejected = (data: RequestFacts, reason?: string): string =>
  withReason(`Request is rejected when call '${data.action}' action${onNode(data.nodeID)}.`, reason);

export const queueIsFull = (data: RequestFacts): string =>
  `Queue is full. Request '${data.action}' action${onNode(data.nodeID)} is rejected.`;

export const maxCallLevel = (data: { nodeID?: string; level?: number }): string =>
  `Request level is reached the limit (${data.level})${onNode(data.nodeID)}.`;

export const requestAborted = (data: RequestFacts): string =>
  `Request of '${data.action}' action${onNode(data.nodeID)} was aborted by its caller; it may have run.`;

export const brokerDisconnected = (reason?: string): string =>
  withReason(
    "The broker's transporter has disconnected. Please try again when a connection is reestablished.",
    reason,
  );

export const gracefulStopTimeout = (service?: string): string =>
  service === undefined
    ? 'Unable to stop ServiceBroker gracefully.'
    : `Unable to stop '${service}' service gracefully.`;

export const PROTOCOL_VERSION_MISMATCH = 'Protocol version mismatch.';
export const INVALID_PACKET_DATA = 'Invalid packet data.';
export const PARAMETERS_VALIDATION = 'Parameters validation error!';

export function nodeIDConflict(data: {
  nodeID: string;
  instanceID?: string;
  otherInstanceID?: string;
}): string {
  const ours = data.instanceID ? ` (we are instance ${data.instanceID})` : '';
  const theirs = data.otherInstanceID ? ` by instance ${data.otherInstanceID}` : '';
  return `Node ID '${data.nodeID}' is already in use in this cluster${theirs}${ours}. Give each node a nodeID of its own, or none.`;
}

/** A failed answer that does not say why. */
export const failedWithoutMessage = (nodeID: string): string =>
  `Node '${nodeID}' answered with an error that has no message.`;

/** `kind` is its type. */
export const hasNoJson = (kind: string): string => `there is no JSON of this ${kind}`;

export const regeneratorIsAsync = (method: string): string =>
  `${method} of errorRegenerator gave a promise: it must answer at once`;

export const unreadableError = 'Something was thrown that cannot be read';

/** Stands in for `data` that cannot be written as JSON. */
export const unserialisableData = (cause: string): string => `[data was left out: ${cause}]`;

export const SCHEMA_NOT_COMPILED = 'The validation schema cannot be compiled';

export const schemaNotCompiled = (cause: string): string => `${SCHEMA_NOT_COMPILED}: ${cause}`;

export const schemaOfUnknownKind = (kind: string): string =>
  `${SCHEMA_NOT_COMPILED}: expected a schema of fastest-validator, a Standard Schema or a class, got ${kind}.`;

export function withReason(text: string, reason: string | undefined): string {
  return reason ? `${text} ${reason}` : text;
}
