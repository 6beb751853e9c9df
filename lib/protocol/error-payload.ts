import { normaliseError } from '../errors/normalise-error.js';
import { unreadableError, unserialisableData } from '../messages/errors.messages.js';
import type { ErrorPayload } from './packets.js';

export { fromErrorPayload } from './error-from-payload.js';

/** `data` for errors that need some and have none. */
export interface FallbackErrorData {
  action: string;
  nodeID: string;
}

/**
 * Classes that a Moleculer.js node rebuilds by reading fields of `data`: where that is no object its response handler throws and the
 * call never settles (protocol section 7).
 */
const BUILT_FROM_DATA = new Set([
  'ServiceNotFoundError',
  'ServiceNotAvailableError',
  'RequestTimeoutError',
  'RequestSkippedError',
  'RequestRejectedError',
  'QueueIsFullError',
  'MaxCallLevelError',
]);

/**
 * The `error` of a failed RES. Never throws, and what it returns can always be written as JSON.
 *
 * @param error Whatever was thrown; see `normaliseError`.
 * @param nodeID Ours; an error that has a `nodeID` already keeps it.
 * @param exposeStack Whether `stack` goes along.
 * @param fallbackData For built-in errors without `data`.
 */
export function toErrorPayload(
  error: unknown,
  nodeID: string,
  exposeStack: boolean,
  fallbackData?: FallbackErrorData,
): ErrorPayload {
  try {
    return soundPayload(normaliseError(error), nodeID, exposeStack, fallbackData);
  } catch (failure) {
    // A getter of the error itself threw: the caller must get an answer nevertheless.
    return soundPayload(normaliseError(textOf(failure)), nodeID, exposeStack, fallbackData);
  }
}

/** What the getter threw may be no better. */
function textOf(failure: unknown): string {
  try {
    return String(failure);
  } catch {
    return unreadableError;
  }
}

/** Reads only what may go out, each field only if its type is right. */
export function soundPayload(
  error: object,
  nodeID: string,
  exposeStack: boolean,
  fallbackData?: FallbackErrorData,
): ErrorPayload {
  const source = error as { [K in keyof ErrorPayload]?: unknown };
  const payload: ErrorPayload = {
    name: typeof source.name === 'string' && source.name !== '' ? source.name : 'Error',
    message: typeof source.message === 'string' ? source.message : '',
    nodeID: typeof source.nodeID === 'string' && source.nodeID !== '' ? source.nodeID : nodeID,
  };
  const { code } = source;
  if (typeof code === 'string' || Number.isFinite(code)) payload.code = code as string | number;
  if (typeof source.type === 'string') payload.type = source.type;
  if (typeof source.retryable === 'boolean') payload.retryable = source.retryable;
  if (exposeStack && typeof source.stack === 'string') payload.stack = source.stack;
  const data = dataFor(payload.name, source.data, nodeID, fallbackData);
  if (data !== undefined) payload.data = data;
  return payload;
}

function dataFor(
  name: string,
  data: unknown,
  nodeID: string,
  fallback: FallbackErrorData | undefined,
): unknown {
  const safe = jsonSafe(data);
  if (BUILT_FROM_DATA.has(name) && (typeof safe !== 'object' || safe === null)) {
    return fallback ? { action: fallback.action, nodeID: fallback.nodeID } : { nodeID };
  }
  return safe;
}

/** `data` itself if JSON can carry it, else a note; nothing for what JSON leaves out. */
function jsonSafe(data: unknown): unknown {
  if (data === undefined || data === null || typeof data === 'string' || typeof data === 'boolean')
    return data;
  try {
    return JSON.stringify(data) === undefined ? undefined : data;
  } catch (failure) {
    const [reason = ''] = String((failure as Error | undefined)?.message).split('\n', 1);
    return unserialisableData(reason);
  }
}
