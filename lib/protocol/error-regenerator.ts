import { normaliseError } from '../errors/normalise-error.js';
import { hearRejection } from '../errors/unheard.js';
import { regeneratorIsAsync } from '../messages/errors.messages.js';
import { fromErrorPayload, restoreExternalFields } from './error-from-payload.js';
import { soundPayload, toErrorPayload } from './error-payload.js';
import type { FallbackErrorData } from './error-payload.js';
import type { ErrorPayload } from './packets.js';

/** What an error is written with. */
export interface ErrorOrigin {
  /** Our node. */
  nodeID: string;
  /** Whether `stack` may go out. */
  exposeStack: boolean;
  /** `data` for built-in errors that have none. */
  fallbackData?: FallbackErrorData;
}

/** What is known of an error that came in. */
export interface ErrorSource {
  /** The node that answered. */
  sender: string;
}

/**
 * The option `errorRegenerator` (Moleculer's): how errors are written to the wire and made again on the other side. What it leaves
 * out, or returns nothing for, is done as by default; it should not throw, and if it does the default is used.
 *
 * @publicApi
 */
export interface ErrorRegenerator {
  /** The error that the caller gets; nothing for the default. */
  restore?(plainError: ErrorPayload, payload: ErrorSource): Error | null | undefined;
  /** The fields that go to the caller's node; must survive JSON. Nothing for the default. */
  extractPlainError?(error: Error, payload: ErrorOrigin): object | null | undefined;
}

/**
 * Extend this and override {@link restoreCustomError} to get your own error classes back from other nodes.
 *
 * @example
 * class OwnErrors extends Regenerator {
 *   override restoreCustomError(plainError: ErrorPayload) {
 *     return plainError.name === 'OrderLimitError' ? new OrderLimitError(plainError.data) : undefined;
 *   }
 * }
 *
 * @publicApi
 */
export class Regenerator implements ErrorRegenerator {
  /** The error for what another node sent: yours, or one of the built-in classes, or a plain `Error`. */
  restore(plainError: ErrorPayload, payload: ErrorSource): Error {
    const custom = this.restoreCustomError(plainError, payload);
    if (!(custom instanceof Error)) return fromErrorPayload(plainError, payload.sender);
    restoreExternalFields(custom, plainError, payload.sender);
    return custom;
  }

  /** What is sent of an error of this node. Overrides add fields to what `super` returns. */
  extractPlainError(error: Error, payload: ErrorOrigin): ErrorPayload {
    return toErrorPayload(error, payload.nodeID, payload.exposeStack, payload.fallbackData);
  }

  /** Your class for this error; nothing for the built-in way. `nodeID`, `retryable` and `stack` are set afterwards. */
  restoreCustomError(_plainError: ErrorPayload, _payload: ErrorSource): Error | null | undefined {
    return undefined;
  }
}

/** A regenerator as the wire code uses it: complete, never throws, never returns anything else. */
export interface ErrorTranslator {
  /** @param thrown Whatever a handler threw. */
  extractPlainError(thrown: unknown, origin: ErrorOrigin): ErrorPayload;
  /** @param payload Whatever arrived as `error`. */
  restore(payload: unknown, sender: string): Error;
}

/**
 * Puts the defaults around the option `errorRegenerator`.
 *
 * @param report Hears what the user's regenerator threw; the default has stood in for it.
 */
export function createErrorTranslator(
  option: ErrorRegenerator | null | undefined,
  report: (failure: unknown) => void = () => {},
): ErrorTranslator {
  return {
    extractPlainError(thrown, origin) {
      return extract(option, thrown, origin, report);
    },
    restore(payload, sender) {
      return restoreWith(option, payload, sender, report);
    },
  };
}

function extract(
  option: ErrorRegenerator | null | undefined,
  thrown: unknown,
  origin: ErrorOrigin,
  report: (failure: unknown) => void,
): ErrorPayload {
  try {
    const plain = option?.extractPlainError?.(normaliseError(thrown), origin);
    if (isPromise(plain)) throw new TypeError(regeneratorIsAsync('extractPlainError'));
    if (typeof plain === 'object' && plain !== null) return extended(plain, origin);
  } catch (failure) {
    report(failure);
  }
  return toErrorPayload(thrown, origin.nodeID, origin.exposeStack, origin.fallbackData);
}

const KNOWN_FIELDS: readonly (keyof ErrorPayload)[] = [
  'name',
  'message',
  'nodeID',
  'code',
  'type',
  'retryable',
  'stack',
  'data',
];

/** Fields of its own go along; the known ones must be what the other side can read. */
function extended(plain: object, origin: ErrorOrigin): ErrorPayload {
  const own = { ...plain } as Record<string, unknown>;
  for (const field of KNOWN_FIELDS) delete own[field];
  JSON.stringify(own); // throws for what cannot be sent
  return { ...own, ...soundPayload(plain, origin.nodeID, origin.exposeStack, origin.fallbackData) };
}

function restoreWith(
  option: ErrorRegenerator | null | undefined,
  payload: unknown,
  sender: string,
  report: (failure: unknown) => void,
): Error {
  // Only a whole error is shown to the user's code; the rest is the default's to make sense of.
  if (option?.restore && isNamed(payload)) {
    try {
      const error = option.restore(payload, { sender });
      if (isPromise(error)) throw new TypeError(regeneratorIsAsync('restore'));
      if (error instanceof Error) return error;
    } catch (failure) {
      report(failure);
    }
  }
  return fromErrorPayload(payload, sender);
}

/** What it rejects with says no more than that it is one. */
const isPromise = (given: unknown): boolean => hearRejection(given, () => undefined);

function isNamed(payload: unknown): payload is ErrorPayload {
  if (typeof payload !== 'object' || payload === null) return false;
  const { name, message } = payload as Partial<ErrorPayload>;
  return typeof name === 'string' && typeof message === 'string';
}
