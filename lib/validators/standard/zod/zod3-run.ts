import type { StandardResult } from '../standard-schema.js';
import { heardCopyOfZod3 } from './zod3-copy.js';
import { FAR, partsOfZod3, type Zod3Result, type Zod3Schema } from './zod3-schema.js';

/**
 * Runs a schema of zod 3, which has to be told beforehand whether to wait, and then waits everywhere. It is told to until all of the user's
 * code has run, and as soon as some of it has given a promise. What gives one at times only is run twice for the first value it does so for.
 */
export function zod3Run(
  schema: Zod3Schema,
): (value: unknown) => StandardResult | PromiseLike<StandardResult> {
  if (!hasOwnCode(schema)) {
    const standard = schema['~standard'];
    return (value) => standard.validate(value);
  }
  const { schema: copy, isSynchronous } = heardCopyOfZod3(schema);
  const wait = (value: unknown) => copy.safeParseAsync(value).then(asStandard);
  return (value) => {
    if (!isSynchronous()) return wait(value);
    try {
      return asStandard(copy.safeParse(value));
    } catch (error) {
      if (isSynchronous()) throw error;
      return wait(value);
    }
  };
}

/** Of zod's kinds, the effects (`refine()`, `transform()`, `preprocess()`) alone wait for the user's code. */
function hasOwnCode(root: Zod3Schema): boolean {
  const seen = new Set([root]);
  for (const schema of seen) {
    const { typeName } = schema._def;
    if (typeName === 'ZodEffects' || !typeName.startsWith('Zod') || seen.size > FAR) return true;
    partsOfZod3(schema).forEach((part) => seen.add(part));
  }
  return false;
}

function asStandard(result: Zod3Result): StandardResult {
  return result.success ? { value: result.data } : { issues: result.error.issues };
}
