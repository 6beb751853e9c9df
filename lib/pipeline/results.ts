import type { Context } from '../context/context.js';
import { ValidationError } from '../errors/validation.error.js';
import { RESULT_VALIDATION, unfittingResult } from '../messages/validators.messages.js';
import type { Handler } from '../registry/service-definition.js';
import { later, laterStill } from './outcome.js';
import type { Check } from './validation.js';

/** Type of the error of a call whose result does not fit: its params were in order. */
export const RESULT_ERROR = 'RESULT_VALIDATION_ERROR';

/** Hears of results that do not fit: they are mistakes of this node, whoever called. */
export type TellUnfitting = (text: string) => void;

/**
 * Checks what a handler gives; callers get the validator's output. What does not fit is told, and is an error of the call or, if
 * `mode` is `'log'`, goes out as it is. A handler that answers at once still does, if its schema is synchronous.
 */
export function withResultCheck(
  handler: Handler,
  check: Check,
  mode: 'throw' | 'log',
  tell: TellUnfitting,
): Handler {
  const judge = (result: unknown, ctx: Context): unknown => {
    const unfitting = (thrown: unknown): unknown => {
      if (!(thrown instanceof ValidationError)) throw thrown;
      tell(unfittingResult(ctx.action?.name ?? '', thrown.data));
      if (mode === 'log') return result;
      throw new ValidationError(RESULT_VALIDATION, RESULT_ERROR, thrown.data);
    };
    try {
      const output = check(result, ctx);
      return output instanceof Promise ? output.catch(unfitting) : output;
    } catch (thrown) {
      return unfitting(thrown);
    }
  };
  return (ctx) => {
    const result = handler(ctx);
    const promise = later(result, ctx);
    if (promise === null) return judge(result, ctx);
    return promise.then((value) => {
      const more = laterStill(value, ctx);
      return more === null ? judge(value, ctx) : more.then((last) => judge(last, ctx));
    });
  };
}
