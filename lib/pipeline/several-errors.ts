import { severalFailed } from '../messages/broker.messages.js';

/** Of handlers that run as one: each of its errors goes the way of every error. */
export class SeveralErrors extends AggregateError {
  constructor(errors: readonly unknown[]) {
    super(errors, severalFailed(errors.length));
  }
}
SeveralErrors.prototype.name = 'SeveralErrors';

/** One error is itself. */
export const oneOrSeveral = (errors: readonly unknown[]): unknown =>
  errors.length === 1 ? errors[0] : new SeveralErrors(errors);
