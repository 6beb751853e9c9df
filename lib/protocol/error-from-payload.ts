import { MoleculerError } from '../errors/moleculer.error.js';
import { failedWithoutMessage } from '../messages/errors.messages.js';
import { makeBuiltInError } from './built-in-errors.js';

/** The fields of a received error that had the right type. */
interface ReceivedError {
  name?: string;
  message?: string;
  nodeID: string;
  code?: number | string;
  type?: string;
  data?: unknown;
  retryable?: boolean;
  stack?: string;
}

/**
 * The error that a caller gets for the `error` of a failed RES. Never throws, whatever arrived.
 *
 * Names of Moleculer's classes and ours become instances of these classes, with `message`, `code`, `type` and `data` as sent;
 * other names a plain `Error` with the same fields. An answer that is no object or lacks name or message (tiny-moleculer-py sends a
 * string) becomes a `MoleculerError`.
 *
 * @param payload As it arrived.
 * @param sender The node that answered: `nodeID`, unless the payload names where it was first thrown.
 */
export function fromErrorPayload(payload: unknown, sender: string): Error {
  const received = readPayload(payload, sender);
  const error = build(received, sender);
  restoreExternalFields(error, payload, sender);
  return error;
}

/** What does not depend on the class: where it was thrown, whether to retry, and the stack (as in Moleculer's `Regenerator`). */
export function restoreExternalFields(error: Error, payload: unknown, sender: string): void {
  const { nodeID, retryable, stack } = readPayload(payload, sender);
  const target = error as Error & { nodeID?: string; retryable?: boolean };
  target.nodeID = nodeID;
  target.retryable = retryable ?? target.retryable === true;
  const origin = `    at node '${nodeID}'`;
  hide(error, 'stack', `${stack ?? `${error.name}: ${error.message}`}\n${origin}`);
}

function readPayload(payload: unknown, sender: string): ReceivedError {
  if (typeof payload === 'string') return { message: payload, nodeID: sender };
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return { nodeID: sender };
  const fields = payload as { [K in keyof ReceivedError]: unknown };
  return {
    name: nonEmpty(fields.name),
    message: typeof fields.message === 'string' ? fields.message : undefined,
    nodeID: nonEmpty(fields.nodeID) ?? sender,
    code: typeof fields.code === 'number' ? fields.code : nonEmpty(fields.code),
    type: nonEmpty(fields.type),
    data: fields.data,
    retryable: typeof fields.retryable === 'boolean' ? fields.retryable : undefined,
    stack: nonEmpty(fields.stack),
  };
}

function build(received: ReceivedError, sender: string): Error {
  const { name, message } = received;
  const error =
    (name === undefined ? undefined : makeBuiltInError(name, received.data)) ?? plain(received, sender);
  if (message !== undefined) hide(error, 'message', message);
  else if (error.message === '') hide(error, 'message', failedWithoutMessage(sender));
  if (name !== undefined && message !== undefined) hide(error, 'name', name);
  return Object.assign(error, ownFields(received));
}

function plain({ name, message }: ReceivedError, sender: string): Error {
  if (name === undefined || message === undefined)
    return new MoleculerError(message ?? failedWithoutMessage(sender));
  return new Error(message);
}

function ownFields({ code, type, data }: ReceivedError): object {
  const fields: { code?: number | string; type?: string; data?: unknown } = {};
  if (code !== undefined) fields.code = code;
  if (type !== undefined) fields.type = type;
  if (data !== undefined) fields.data = data;
  return fields;
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** As the language keeps these three: writable, but not listed among the fields. */
function hide(error: Error, key: 'name' | 'message' | 'stack', value: string): void {
  Object.defineProperty(error, key, { configurable: true, enumerable: false, writable: true, value });
}
