import type { JsonSchema } from './json-schema.js';

/** A rule of fastest-validator, of values that survive JSON. */
export type Rule = Record<string, unknown>;

export const ANY = (): Rule => ({ type: 'any', nullable: true });

export function stringRule({ minLength, maxLength, pattern, format }: JsonSchema): Rule {
  const rule: Rule = { type: 'string' };
  copyNumbers(rule, { min: minLength, max: maxLength });
  if (typeof pattern === 'string') Object.assign(rule, patternOf(pattern));
  if (typeof format === 'string') rule['format'] = format;
  return rule;
}

/** JSON Schema's patterns are meant with the flag `u`; some libraries write such as need to be without. */
function patternOf(pattern: string): Rule {
  for (const patternFlags of ['u', '']) {
    try {
      new RegExp(pattern, patternFlags);
      return patternFlags === '' ? { pattern } : { pattern, patternFlags };
    } catch {
      // The next may take it.
    }
  }
  return {};
}

export function numberRule(schema: JsonSchema, type: 'number' | 'integer'): Rule {
  const rule: Rule = { type: 'number' };
  if (type === 'integer') rule['integer'] = true;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  copyNumbers(rule, {
    min: bound(minimum ?? exclusiveMinimum),
    max: bound(maximum ?? exclusiveMaximum),
  });
  if (exclusiveMinimum === 0) rule['positive'] = true;
  if (exclusiveMaximum === 0) rule['negative'] = true;
  return rule;
}

/** That an integer can be told apart from its neighbours goes without saying. */
const bound = (value: unknown): unknown =>
  typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

export function oneOfValues(all: readonly unknown[]): Rule {
  const values = all.filter((value) => value !== null);
  const nullable = values.length < all.length;
  if (values.length === 0 || !values.every((value) => isScalarValue(value))) return ANY();
  const rule = enumRule(values);
  return nullable ? { ...rule, nullable: true } : rule;
}

/** The engine writes an enum's values into code as they are: those that would break it are compared one by one. */
function enumRule(values: readonly unknown[]): Rule {
  if (values.length > 1 && !values.some((value) => /["\\\n\r\u2028\u2029]/.test(String(value)))) {
    return { type: 'enum', values };
  }
  const rules = values.map((value) => ({ type: 'equal', value, strict: true }));
  return rules.length === 1 ? rules[0] : { type: 'multi', rules };
}

export function copyNumbers(rule: Rule, limits: Readonly<Record<string, unknown>>): void {
  for (const [key, limit] of Object.entries(limits)) if (typeof limit === 'number') rule[key] = limit;
}

/** A property may have the name `__proto__`. */
export function setOwn(target: Rule, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
}

const isScalarValue = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
