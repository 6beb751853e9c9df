import { type ConstraintMetadata, loadClassPackages } from '../classes/load-class-packages.js';
import { ANY, oneOfValues, type Rule, setOwn } from './scalar-rules.js';
import type { SchemaClass } from '../classes/class.check.js';

type Make = (constraints: readonly unknown[]) => Rule;

/** Decorators of class-validator that fastest-validator has words for. Values may be converted before they are checked. */
const RULES: Readonly<Record<string, Make>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'number', integer: true, convert: true }),
  isNumber: () => ({ type: 'number', convert: true }),
  isBoolean: () => ({ type: 'boolean', convert: true }),
  isDate: () => ({ type: 'date', convert: true }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array' }),
  isEmail: () => ({ type: 'string', format: 'email' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isIn: ([values]) => oneOf(values),
  isEnum: ([, values]) => oneOf(values),
};

const oneOf = (values: unknown): Rule => (Array.isArray(values) ? oneOfValues(values) : ANY());

/** Decorators that bound a value of some type. */
const LIMITS: Readonly<Record<string, { of: string; limits: (constraints: readonly unknown[]) => Rule }>> = {
  min: { of: 'number', limits: ([min]) => ({ min }) },
  max: { of: 'number', limits: ([max]) => ({ max }) },
  minLength: { of: 'string', limits: ([min]) => ({ min }) },
  maxLength: { of: 'string', limits: ([max]) => ({ max }) },
  isLength: { of: 'string', limits: ([min, max]) => ({ min, ...(max !== undefined && { max }) }) },
  arrayMinSize: { of: 'array', limits: ([min]) => ({ min }) },
  arrayMaxSize: { of: 'array', limits: ([max]) => ({ max }) },
};

/** What the decorators of a class say, as a schema of fastest-validator; what has no equivalent is `any`. */
export function classRules(type: SchemaClass): Rule {
  const defaults = defaultsOf(type);
  const rules: Rule = {};
  for (const [property, decorators] of byProperty(type)) {
    const rule = ruleOf(decorators);
    setOwn(rules, property, defaults[property] === undefined ? rule : { ...rule, optional: true });
  }
  return rules;
}

/** class-transformer makes an instance before it sets what was sent: initialised properties may be missing. */
function defaultsOf(type: SchemaClass): Readonly<Record<string, unknown>> {
  try {
    return new (type as new () => Record<string, unknown>)();
  } catch {
    return {};
  }
}

function byProperty(type: SchemaClass): Map<string, ConstraintMetadata[]> {
  const found = new Map<string, ConstraintMetadata[]>();
  for (const decorator of decoratorsOf(type)) {
    const others = found.get(decorator.propertyName) ?? [];
    found.set(decorator.propertyName, [...others, decorator]);
  }
  return found;
}

/** Without the package, which nothing needs where validation is off, there is nothing to tell. */
function decoratorsOf(type: SchemaClass): readonly ConstraintMetadata[] {
  try {
    const storage = loadClassPackages().validator.getMetadataStorage?.();
    return storage?.getTargetValidationMetadatas(type, undefined as never, false, false) ?? [];
  } catch {
    return [];
  }
}

function ruleOf(decorators: readonly ConstraintMetadata[]): Rule {
  const conditional = decorators.some(({ type }) => type === 'conditionalValidation');
  // Only of these it is known that they want a value.
  const needed = decorators.some(({ name = '' }) => Object.hasOwn(RULES, name));
  const each = decorators.filter(({ each }) => each === true);
  const whole = decorators.filter(({ each }) => each !== true);
  const rule =
    each.length > 0 ? { type: 'array', items: ofValue(each), ...limits(whole, 'array') } : ofValue(whole);
  return conditional || !needed ? { ...rule, optional: true } : rule;
}

function ofValue(decorators: readonly ConstraintMetadata[]): Rule {
  const known = decorators.flatMap(({ name = '', constraints = [] }) =>
    Object.hasOwn(RULES, name) ? [RULES[name](constraints)] : [],
  );
  // Of two that make a type nobody here can say which is the narrower.
  const rule = known.length === 1 ? known[0] : ANY();
  return { ...rule, ...limits(decorators, rule['type']) };
}

function limits(decorators: readonly ConstraintMetadata[], type: unknown): Rule {
  return Object.assign(
    {},
    ...decorators.map(({ name = '', constraints = [] }) => {
      const limit = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
      return limit !== undefined && limit.of === type ? limit.limits(constraints) : {};
    }),
  ) as Rule;
}
