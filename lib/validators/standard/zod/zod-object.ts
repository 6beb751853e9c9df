import type { ZodContext, ZodOutcome, ZodPayload, ZodRun, ZodSchema } from './zod-schema.js';

/** The fields of one value, as they were run. */
interface Fields {
  readonly context: ZodContext;
  readonly outcomes: ZodOutcome[];
  /** Whether one of them has to be waited for. */
  later: boolean;
  /** Which comes next, where they are handed out once more. */
  next: number | null;
}

/**
 * For objects, zod generates code, which is several times as fast and cannot wait. So it is tried first; where a field comes later, zod's
 * slow way is taken after all, and gets what the fields have already given: none is run twice.
 */
export class ZodObjectBody {
  private fields: Fields | null = null;

  /** A field as this object sees it: the same schema may be in several. */
  field(schema: ZodSchema): ZodSchema {
    const run = (payload: ZodPayload): ZodOutcome => this.outcomeOf(schema, payload);
    return beside(schema, run);
  }

  /** Takes the place of the object's own body, also when zod exchanges that. */
  takeOver({ _zod }: ZodSchema): void {
    let body = _zod.parse;
    Object.defineProperty(_zod, 'parse', {
      get: () => run,
      set: (other: ZodRun) => {
        body = other;
      },
    });
    const run: ZodRun = (payload, context) => {
      const outer = this.fields;
      const fields: Fields = { context, outcomes: [], later: false, next: null };
      this.fields = fields;
      const { value, issues } = payload;
      const known = issues.length;
      try {
        const outcome = body(payload, synchronous());
        if (!fields.later) return outcome;
        payload.value = value;
        payload.issues = issues;
        issues.length = known;
        fields.next = 0;
        return body(payload, context);
      } finally {
        // The user's code may check another value meanwhile.
        this.fields = outer;
      }
    };
  }

  private outcomeOf(schema: ZodSchema, payload: ZodPayload): ZodOutcome {
    const fields = this.fields as Fields;
    if (fields.next !== null) return fields.outcomes[fields.next++] as ZodOutcome;
    const outcome = schema._zod.run(payload, fields.context);
    if (outcome instanceof Promise) {
      fields.outcomes.push(outcome);
      fields.later = true;
      return { value: undefined, issues: [] };
    }
    fields.outcomes.push(outcome.issues.length === 0 ? outcome : apart(outcome));
    return outcome;
  }
}

/** zod writes the path into issues as it hands them up. */
const apart = (payload: ZodPayload): ZodPayload => ({
  ...payload,
  issues: payload.issues.map((issue) => ({ ...issue, ...(issue.path && { path: [...issue.path] }) })),
});

/** What lets zod run the code that it generates; each run keeps notes in its own. */
export const synchronous = (): ZodContext => ({ async: false });

/** A schema that differs from the user's, beside which it stands, in how it is run. */
export function beside(schema: ZodSchema, run: ZodRun): ZodSchema {
  const internals = Object.create(schema._zod, { run: { value: run } }) as object;
  return Object.create(schema, { _zod: { value: internals } }) as ZodSchema;
}
