import { MoleculerClientError } from './moleculer.error.js';

/** One entry of `ValidationError.data`, in Moleculer's form. */
export interface ValidationIssue {
  /** The rule that failed: `'required'`, `'string'`, `'numberMin'` … */
  type: string;
  message?: string;
  /** Path of the parameter. */
  field?: string;
  actual?: unknown;
  expected?: unknown;
  /** The caller's node, as in Moleculer (protocol section 7). */
  nodeID?: string;
  /** Name of the action called. */
  action?: string;
  /** Name of the event, instead of `action`. */
  event?: string;
}

/**
 * Parameters do not fit: code 422, type `VALIDATION_ERROR`, `data` usually a list of {@link ValidationIssue}.
 *
 * @publicApi
 */
export class ValidationError extends MoleculerClientError {
  constructor(message: string, type?: string | null, data?: unknown) {
    super(message, 422, type || 'VALIDATION_ERROR', data);
  }
}
