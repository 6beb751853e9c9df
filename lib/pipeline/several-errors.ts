import { severalFailed } from '../messages/broker.messages.js';

/** Of handlers that run as one: each of its errors goes the way of every error. */
export class SeveralErrors extends AggregateError {
  constructor(errors: readonly unknown[]) {
    super(errors, severalFailed(errors.length));
  }
}
SeveralErrors.prototype.name = 'SeveralErrors';

/** Also of what throws when it is looked at. */
export function isSeveral(thrown: unknown): thrown is SeveralErrors {
  try {
    return thrown instanceof SeveralErrors;
  } catch {
    return false;
  }
}

/** One error is itself. */
export const oneOrSeveral = (errors: readonly unknown[]): unknown =>
  errors.length === 1 ? errors[0] : new SeveralErrors(errors);

/** Of what ending a subscription threw: RxJS gathers in one error what the parts of it threw. */
export function partsOf(thrown: unknown): unknown[] {
  const { name, errors } = (thrown ?? {}) as { name?: unknown; errors?: unknown };
  return name === 'UnsubscriptionError' && Array.isArray(errors) ? (errors as unknown[]) : [thrown];
}
