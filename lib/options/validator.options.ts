import type { Validator } from '../validators/validator.js';
import type { ClassOf } from './class-of.type.js';

/**
 * `true`: fastest-validator. `false` or `null`: `params` are not checked. A name with options of fastest-validator, or your own
 * validator.
 */
export type ValidatorOption =
  | boolean
  | 'Fastest'
  | 'FastestValidator'
  | (string & {})
  | { type?: string; options?: object }
  | Validator
  | ClassOf<Validator>
  | null;
