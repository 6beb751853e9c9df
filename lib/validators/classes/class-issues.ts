import type { ValidationIssue } from '../../errors/validation.error.js';

/** An error of class-validator, for one property. */
export interface ClassIssue {
  readonly property: string;
  readonly value?: unknown;
  /** Name of the decorator to message. */
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly ClassIssue[];
}

/** Errors of class-validator in Moleculer's form: one issue for each decorator that failed, one for a property that is missing. */
export function classIssues(errors: readonly ClassIssue[], above = ''): ValidationIssue[] {
  return errors.flatMap((error) => {
    const field = fieldOf(above, error.property);
    return [...own(error, field), ...classIssues(error.children ?? [], field)];
  });
}

function own({ value, constraints = {}, children = [] }: ClassIssue, field: string): ValidationIssue[] {
  const failed = Object.entries(constraints);
  // Of a property with errors below it Nest leaves the value out: that one is there.
  if (value === undefined && children.length === 0 && failed.length > 0 && !isUnknown(constraints)) {
    return [{ type: 'required', message: failed.map(([, message]) => message).join(', '), field }];
  }
  return failed.map(([type, message]) => {
    const issue: ValidationIssue = { type, message, field };
    if (value !== undefined) issue.actual = value;
    return issue;
  });
}

/** A property that the class does not have (`forbidNonWhitelisted`), or a value that is no object at all. */
const isUnknown = (constraints: object): boolean =>
  'whitelistValidation' in constraints || 'unknownValue' in constraints || 'isObject' in constraints;

/** Positions in lists are properties there; fastest-validator writes `list[0].name`. */
function fieldOf(above: string, property: string): string {
  if (above === '') return property;
  return /^\d+$/.test(property) ? `${above}[${property}]` : `${above}.${property}`;
}
