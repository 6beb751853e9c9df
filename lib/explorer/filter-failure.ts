import { SteadyLogger } from '../errors/steady-logger.js';
import { filterFailed } from '../messages/explorer.messages.js';

const logger = new SteadyLogger('Moleculer');

const LANGUAGE_ERRORS: readonly unknown[] = [
  Error,
  TypeError,
  RangeError,
  ReferenceError,
  SyntaxError,
  EvalError,
  URIError,
  AggregateError,
];

/** A filter that means to answer with another error throws one of a class of its own; the rest went wrong. */
export const isMishap = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && LANGUAGE_ERRORS.includes(thrown.constructor);

/** The error of a call whose filter threw: what it threw, or the first one if the filter (written for HTTP, say) broke on it. */
export function errorAfterFilter(origin: string, error: unknown, thrown: unknown): unknown {
  if (thrown === error || !isMishap(thrown)) return thrown;
  logger.error(filterFailed(origin, thrown.message), thrown.stack);
  return error;
}
