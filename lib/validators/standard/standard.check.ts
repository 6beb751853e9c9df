import { refuse } from '../refuse.js';
import { issuesOf } from './standard-issues.js';
import type { StandardResult, StandardSchema } from './standard-schema.js';

/**
 * The check of a Standard Schema: synchronous where the schema is.
 *
 * @param nothing What is checked where nothing was sent.
 */
export function standardCheck(
  schema: StandardSchema,
  nothing: (value: null | undefined) => unknown,
): (value: unknown, ctx: unknown) => unknown {
  const standard = schema['~standard'];
  return (given, ctx) => {
    const value = given ?? nothing(given as null | undefined);
    const result = standard.validate(value);
    return isLater(result)
      ? Promise.resolve(result).then((settled) => passOrRefuse(settled, value, ctx))
      : passOrRefuse(result, value, ctx);
  };
}

function passOrRefuse(result: StandardResult, value: unknown, ctx: unknown): unknown {
  return result.issues === undefined ? result.value : refuse(issuesOf(result.issues, value), ctx);
}

const isLater = (
  result: StandardResult | PromiseLike<StandardResult>,
): result is PromiseLike<StandardResult> =>
  typeof (result as PromiseLike<StandardResult>).then === 'function';
