import type { StandardResult } from '../standard-schema.js';
import { heardCopy } from './zod-copy.js';
import { surveyOf } from './zod-own-code.js';
import type { ZodPayload, ZodSchema } from './zod-schema.js';
import { ZodTurn } from './zod-turn.js';

type Outcome = StandardResult | PromiseLike<StandardResult>;

/**
 * Runs a schema of zod 4 once for each value, synchronously where nothing has to be waited for.
 *
 * The schema's own `validate` tries every value synchronously first. At a promise it gives up and begins anew: the user's code has run
 * twice, and nobody hears of the promise if it is rejected. So it is left to schemas in which no such code is.
 */
export function zodRun(schema: ZodSchema): (value: unknown) => Outcome {
  const survey = surveyOf(schema);
  if (survey.declarative.has(schema)) {
    const standard = schema['~standard'];
    return (value) => standard.validate(value);
  }
  const { run } = heardCopy(schema, survey)._zod;
  let refuse: ((payload: ZodPayload) => StandardResult) | null = null;
  const settle = (payload: ZodPayload): StandardResult => {
    if (payload.issues.length === 0) return { value: payload.value };
    refuse ??= finisher(schema);
    return refuse(payload);
  };
  return (value) => {
    const turn = new ZodTurn();
    const outcome = run({ value, issues: [] }, { turn });
    return outcome instanceof Promise ? turn.wait(outcome).then(settle) : settle(outcome);
  };
}

/** Issues get their messages last, by zod's settings. That is all a schema does whose values have been run already. */
function finisher({ _zod: { constr, def } }: ZodSchema): (payload: ZodPayload) => StandardResult {
  const finished = new constr({ ...def, checks: [] });
  finished._zod.run = ({ value }) => value as ZodPayload;
  return (payload) => finished['~standard'].validate(payload) as StandardResult;
}
