import { refuse } from '../refuse.js';
import { issuesOf } from './standard-issues.js';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';

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
  let validate = (value: unknown) => standard.validate(value);
  return (given, ctx) => {
    const value = given ?? nothing(given as null | undefined);
    const result = validate(value);
    if (!isLater(result)) return passOrRefuse(result, value, ctx);
    validate = inOneRun(schema) ?? validate;
    return Promise.resolve(result).then((settled) => passOrRefuse(settled, value, ctx));
  };
}

/** What zod has beside the convention. */
interface ZodSchema {
  safeParseAsync(
    value: unknown,
  ): Promise<
    { success: true; data: unknown } | { success: false; error: { issues: readonly StandardIssue[] } }
  >;
}

/**
 * zod tries every value synchronously first, gives that up at the first asynchronous refinement, and begins anew: the refinement has run
 * twice, and nobody hears of it if the first run is rejected. A schema that was asynchronous once is from then on run as one.
 */
function inOneRun(schema: StandardSchema): ((value: unknown) => Promise<StandardResult>) | null {
  const zod = schema as Partial<ZodSchema> & StandardSchema;
  if (zod['~standard'].vendor !== 'zod' || typeof zod.safeParseAsync !== 'function') return null;
  return async (value) => {
    const result = await (zod as ZodSchema).safeParseAsync(value);
    return result.success ? { value: result.data } : { issues: result.error.issues };
  };
}

function passOrRefuse(result: StandardResult, value: unknown, ctx: unknown): unknown {
  return result.issues === undefined ? result.value : refuse(issuesOf(result.issues, value), ctx);
}

const isLater = (
  result: StandardResult | PromiseLike<StandardResult>,
): result is PromiseLike<StandardResult> =>
  typeof (result as PromiseLike<StandardResult>).then === 'function';
