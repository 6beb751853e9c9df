import { refuse } from '../refuse.js';
import { issuesOf } from './standard-issues.js';
import type { StandardResult, StandardSchema } from './standard-schema.js';
import { zodRun } from './zod/zod-run.js';
import { isZodSchema } from './zod/zod-schema.js';
import { zod3Run } from './zod/zod3-run.js';
import { isZod3Schema } from './zod/zod3-schema.js';

type Outcome = StandardResult | PromiseLike<StandardResult>;

/**
 * The check of a Standard Schema: synchronous where the schema is.
 *
 * @param nothing What is checked where nothing was sent.
 */
export function standardCheck(
  schema: StandardSchema,
  nothing: (value: null | undefined) => unknown,
): (value: unknown, ctx: unknown) => unknown {
  let run: ((value: unknown) => Outcome) | null = null;
  return (given, ctx) => {
    const value = given ?? nothing(given as null | undefined);
    // Not before the first value: only then whatever a schema refers to is there for certain.
    run ??= runOf(schema);
    const result = run(value);
    return isLater(result)
      ? Promise.resolve(result).then((settled) => passOrRefuse(settled, value, ctx))
      : passOrRefuse(result, value, ctx);
  };
}

function runOf(schema: StandardSchema): (value: unknown) => Outcome {
  const standard = schema['~standard'];
  try {
    if (isZodSchema(schema)) return zodRun(schema);
    if (isZod3Schema(schema)) return zod3Run(schema);
  } catch {
    // A zod that is built otherwise inside checks as it does by itself: rightly, but for rejections that it forgets.
  }
  return (value) => standard.validate(value);
}

function passOrRefuse(result: StandardResult, value: unknown, ctx: unknown): unknown {
  return result.issues === undefined ? result.value : refuse(issuesOf(result.issues, value), ctx);
}

const isLater = (result: Outcome): result is PromiseLike<StandardResult> =>
  typeof (result as PromiseLike<StandardResult>).then === 'function';
