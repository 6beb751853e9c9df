import { Validator } from './validator.js';

/** `validator: false`: handlers get their parameters as they came. */
export class NoValidator extends Validator {
  compile(_schema: unknown): (params: unknown, ctx: unknown) => unknown {
    return identity;
  }
}

/** The check of a handler without a schema. */
export function identity(params: unknown): unknown {
  return params;
}
