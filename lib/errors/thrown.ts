import { unreadableError } from '../messages/errors.messages.js';
import { MoleculerError } from './moleculer.error.js';
import { normaliseError } from './normalise-error.js';

/**
 * Anything can be thrown: an object without a prototype, an error whose `stack` throws when it is read, a proxy that was revoked. Whoever
 * tells of it does so in a loop over others, in a timer or behind a promise where nobody catches, so none of these throws.
 */

/** What it says. */
export const messageOf = (thrown: unknown): string =>
  read(() => (thrown instanceof Error ? thrown.message : thrown)) ?? unreadableError;

/** Where it comes from; of what is no error, what it says. */
export const stackOf = (thrown: unknown): string =>
  read(() => (thrown instanceof Error ? thrown.stack || thrown.message : thrown)) ?? messageOf(thrown);

/** The error that stands for it, which is itself if it is one. */
export function errorOf(thrown: unknown): Error {
  try {
    return normaliseError(thrown);
  } catch {
    return new MoleculerError(unreadableError);
  }
}

function read(get: () => unknown): string | null {
  try {
    return String(get());
  } catch {
    return null;
  }
}
