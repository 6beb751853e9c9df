import type { ZodContext, ZodOutcome, ZodPayload, ZodRun } from './zod-schema.js';

/** One value on its way through a schema; zod hands it down as part of its context. */
export class ZodTurn {
  private reject: (error: unknown) => void = () => undefined;

  readonly fail = (error: unknown): void => this.reject(error);

  /** What comes of it, or the first error. */
  wait(outcome: Promise<ZodPayload>): Promise<ZodPayload> {
    return new Promise((resolve, reject) => {
      this.reject = reject;
      outcome.then(resolve, reject);
    });
  }
}

/**
 * Keeps zod from letting go of promises that are rejected. It does where something throws beside them, where another option of a union
 * fits meanwhile, and with all but the first of the checks of one schema; nobody hears of these, and Node.js ends the process. So zod
 * gets to see no rejection: one ends the turn, and what zod would have gone on with never comes.
 */
export class ZodListener {
  private thrown: { readonly by: ZodPayload; readonly error: unknown } | null = null;

  /** For the run of a schema. */
  run(run: ZodRun): ZodRun {
    return (payload, context) => {
      const outer = this.thrown;
      this.thrown = null;
      try {
        const outcome = run(payload, context);
        if (this.thrown !== null) giveUp(outcome, this.thrown);
        return outcome instanceof Promise ? unlessItFails(outcome, context) : outcome;
      } finally {
        // The user's code may check another value meanwhile.
        this.thrown = outer;
      }
    };
  }

  /** For a check of the user's: what it throws, the run throws when zod comes back with the promises of the checks before it. */
  check(check: (payload: ZodPayload) => unknown): (payload: ZodPayload) => unknown {
    return (payload) => {
      if (this.thrown?.by === payload) return undefined;
      try {
        return heard(check(payload));
      } catch (error) {
        this.thrown = { by: payload, error };
        return heard(Promise.reject(error as Error));
      }
    };
  }
}

function unlessItFails(outcome: Promise<ZodPayload>, { turn }: ZodContext): Promise<ZodPayload> {
  return turn === undefined ? outcome : new Promise((resolve) => void outcome.then(resolve, turn.fail));
}

function giveUp(outcome: ZodOutcome, { error }: { readonly error: unknown }): never {
  void heard(outcome);
  throw error;
}

/** Somebody listens, so that it does not matter if nobody else does. */
function heard<Result>(result: Result): Result {
  if (result instanceof Promise) result.catch(() => undefined);
  return result;
}
