import { inspect } from 'node:util';
import { ServiceSchemaError } from '../errors/service.error.js';
import { notBuiltYet, wrongOption, wrongStrategy } from '../messages/explorer.messages.js';
import { RETURNS_MODES } from './returns.options.js';
import { tellMisspeltKeys } from './misspelt-keys.js';
import { strategy as strategyOption } from './rules/parts.rules.js';
import type { OptionProblem } from './rules/rule.js';

type Options = Readonly<Record<string, unknown>>;

interface Rule {
  readonly allowed: string;
  test(value: unknown): boolean;
}

const isObject = (value: unknown): value is Options =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const name: Rule = {
  allowed: 'a text that is not empty',
  test: (v) => typeof v === 'string' && v.trim() !== '',
};
const object: Rule = { allowed: 'an object', test: isObject };
const flag = (v: unknown): boolean => typeof v === 'boolean';
const flagOrObject: Rule = { allowed: 'true, false or an object', test: (v) => flag(v) || isObject(v) };
const strategy: Rule = {
  allowed: 'the name of a strategy, a strategy or its class',
  test: (v) => ['string', 'function'].includes(typeof v) || isObject(v),
};
const schema: Rule = { allowed: 'a schema', test: (v) => isObject(v) || typeof v === 'function' };
const anything: Rule = { allowed: 'anything', test: () => true };
const duration: Rule = {
  allowed: 'a number of milliseconds, 0 or more',
  test: (v) => typeof v === 'number' && Number.isFinite(v) && v >= 0,
};

const VISIBILITIES = ['published', 'public', 'protected', 'private'];

const ACTION_RULES: Readonly<Record<string, Rule>> = {
  name,
  params: schema,
  returns: schema,
  validateReturns: {
    allowed: RETURNS_MODES.map((mode) => `'${mode}'`).join(', '),
    test: (v) => (RETURNS_MODES as readonly unknown[]).includes(v),
  },
  cache: flagOrObject,
  timeout: duration,
  visibility: {
    allowed: VISIBILITIES.map((v) => `'${v}'`).join(', '),
    test: (v) => VISIBILITIES.includes(v as string),
  },
  rest: {
    allowed: 'a text, a list of texts or an object',
    test: (v) => ['string', 'object', 'boolean'].includes(typeof v),
  },
  fallback: {
    allowed: 'a function or the name of a method',
    test: (v) => ['string', 'function'].includes(typeof v),
  },
  retryPolicy: object,
  circuitBreaker: object,
  bulkhead: object,
  strategy,
  strategyOptions: object,
  tracing: flagOrObject,
};

const EVENT_RULES: Readonly<Record<string, Rule>> = {
  name,
  group: name,
  params: schema,
  debounce: duration,
  throttle: duration,
  strategy,
  strategyOptions: object,
  tracing: flagOrObject,
};

const isDependency = (v: unknown): boolean => name.test(v) || (isObject(v) && name.test(v['name']));

const SERVICE_RULES: Readonly<Record<string, Rule>> = {
  name,
  version: {
    allowed: 'a number or a text',
    test: (v) => typeof v === 'string' || (typeof v === 'number' && Number.isFinite(v)),
  },
  settings: object,
  metadata: object,
  dependencies: {
    allowed: 'the full name of a service, { name, version } or a list of these',
    test: (v) => (Array.isArray(v) ? v.every(isDependency) : isDependency(v)),
  },
  broker: name,
  // Nest's own, looked at by `@Service`.
  scope: anything,
  durable: anything,
};

type Warn = (text: string) => void;

function check(origin: string, rules: Readonly<Record<string, Rule>>, options: unknown, warn: Warn): void {
  if (!isObject(options)) {
    throw new ServiceSchemaError(wrongOption(origin, 'options', show(options), 'an object'));
  }
  tellMisspeltKeys(origin, options, Object.keys(rules), warn);
  for (const [key, rule] of Object.entries(rules)) {
    const value = Object.hasOwn(options, key) ? options[key] : undefined;
    if (value !== undefined && value !== null && !rule.test(value)) {
      throw new ServiceSchemaError(wrongOption(origin, key, show(value), rule.allowed));
    }
  }
}

const show = (value: unknown): string => inspect(value, { depth: 0, breakLength: Infinity }).slice(0, 80);

const given = (value: unknown): boolean => value !== undefined && value !== null && value !== false;
const enabled = (value: unknown): boolean => isObject(value) && value['enabled'] === true;

function refuse(
  origin: string,
  options: Options,
  key: string,
  is: (v: unknown) => boolean,
  instead: string,
): void {
  if (is(options[key])) throw new ServiceSchemaError(notBuiltYet(origin, key, instead));
}

/** By the rule of the module's own `registry.strategy`: else a wrong name would show only when there are two nodes to choose from. */
function checkStrategy(origin: string, choice: unknown): void {
  const problems: OptionProblem[] = [];
  strategyOption(choice, { path: 'strategy', problems, warn: () => undefined });
  for (const { value, message } of problems) {
    throw new ServiceSchemaError(wrongStrategy(origin, value, message));
  }
}

const LEAVE_OUT = 'Leave it out, or set enabled: false.';

/**
 * @param warn for keys that look like misspelt options
 * @throws ServiceSchemaError a known option of the wrong type, or one that is not built yet
 */
export function checkActionOptions(origin: string, options: object, warn: Warn): void {
  check(origin, ACTION_RULES, options, warn);
  const all = options as Options;
  checkStrategy(origin, all['strategy']);
  // Left out in silence it would be a check that nobody makes.
  refuse(origin, all, 'hooks', given, 'Use guards and interceptors.');
  refuse(origin, all, 'fallback', given, 'Catch the error in the handler.');
  for (const key of ['retryPolicy', 'circuitBreaker', 'bulkhead'])
    refuse(origin, all, key, enabled, LEAVE_OUT);
}

/**
 * @param warn for keys that look like misspelt options
 * @throws ServiceSchemaError a known option of the wrong type, or one that is not built yet
 */
export function checkEventOptions(origin: string, options: object, warn: Warn): void {
  check(origin, EVENT_RULES, options, warn);
  const all = options as Options;
  checkStrategy(origin, all['strategy']);
  const timed = (value: unknown) => given(value) && value !== 0;
  for (const key of ['debounce', 'throttle']) {
    refuse(origin, all, key, timed, `Use @EventStream and ${key}Time of RxJS.`);
  }
}

/**
 * @param warn for keys that look like misspelt options
 * @throws ServiceSchemaError a known option of the wrong type
 */
export const checkServiceOptions = (origin: string, options: object, warn: Warn): void =>
  check(origin, SERVICE_RULES, options, warn);
