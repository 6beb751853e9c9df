import type { ValidationIssue } from '../../errors/validation.error.js';
import type { StandardIssue } from './standard-schema.js';

/** Issues of a Standard Schema in Moleculer's form, as like as can be to those of fastest-validator for the same mistake. */
export function issuesOf(issues: readonly StandardIssue[], value: unknown): ValidationIssue[] {
  return issues.map((issue) => issueOf(issue, value));
}

function issueOf(issue: StandardIssue, value: unknown): ValidationIssue {
  const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const found = at(value, path);
  const type = typeOf(issue, found);
  const told: ValidationIssue = { type, message: issue.message };
  if (path.length > 0) told.field = fieldOf(path);
  if (type === 'required') return told;
  const expected = expectedOf(issue);
  if (expected !== undefined) told.expected = expected;
  const actual = actualOf(issue, found);
  if (actual !== undefined) told.actual = actual;
  return told;
}

/** Not whole objects: they may be large, and the caller has them. Of keys that may not be there (zod), their names. */
function actualOf({ keys }: StandardIssue, found: unknown): unknown {
  if (Array.isArray(keys)) return keys.join(', ');
  return typeof found === 'object' && found !== null ? undefined : found;
}

/** zod and arktype name the rule `code`, valibot `type`; what is missing is `required` with all of them. */
function typeOf(issue: StandardIssue, actual: unknown): string {
  const { code, kind, type } = issue;
  const ofUser = code === 'custom' || code === 'predicate' || kind === 'validation';
  if (actual === undefined && !ofUser) return 'required';
  if (typeof code === 'string') return code;
  return typeof type === 'string' ? type : 'invalid';
}

/** Where the libraries put what they wanted: the first that can be sent. */
const EXPECTED = ['expected', 'requirement', 'minimum', 'maximum', 'values', 'format', 'divisor'];

function expectedOf(issue: StandardIssue): unknown {
  return EXPECTED.map((key) => issue[key]).find(isPlain);
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => isPlain(item));
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** As fastest-validator writes it: `list[0].name`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, key) => {
    if (typeof key === 'number') return `${field}[${key}]`;
    return field === '' ? String(key) : `${field}.${String(key)}`;
  }, '');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}
