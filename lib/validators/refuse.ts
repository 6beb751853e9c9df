import { ValidationError } from '../errors/validation.error.js';
import type { ValidationIssue } from '../errors/validation.error.js';
import { PARAMETERS_VALIDATION } from '../messages/errors.messages.js';
import { validationSite } from './validation-site.js';

/** The one error of all kinds of schemas; each issue says on which call it arose. */
export function refuse(issues: readonly ValidationIssue[], ctx: unknown): never {
  const site = validationSite(ctx);
  throw new ValidationError(
    PARAMETERS_VALIDATION,
    null,
    issues.map((issue) => ({ ...issue, ...(hasBigint(issue) && { actual: String(issue.actual) }), ...site })),
  );
}

/** JSON has none, and the list would be lost on its way to another node. */
const hasBigint = ({ actual }: ValidationIssue): boolean => typeof actual === 'bigint';
