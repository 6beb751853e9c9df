import fastestValidator from 'fastest-validator';
import type { ValidatorConstructorOptions } from 'fastest-validator';
import { ServiceSchemaError } from '../errors/service.error.js';
import { ValidationError } from '../errors/validation.error.js';
import type { ValidationIssue } from '../errors/validation.error.js';
import {
  PARAMETERS_VALIDATION,
  schemaKindNotBuilt,
  schemaNotCompiled,
  schemaOfUnknownKind,
} from '../messages/errors.messages.js';
import { cloneSchema } from './clone-schema.js';
import { identity } from './no.validator.js';
import { validationSite } from './validation-site.js';
import { Validator } from './validator.js';

type Check = (value: unknown, options: { meta: unknown }) => CheckResult | Promise<CheckResult>;
type CheckResult = true | ValidationIssue[];
type Engine = new (options?: ValidatorConstructorOptions) => { compile(schema: object): Check };

/**
 * Schemas of fastest-validator, as in Moleculer; the default. A schema with `$$async: true` checks asynchronously. Custom checks find
 * the `Context` in `context.meta`; the engine keeps one for each schema, so asynchronous ones must read it before their first `await`.
 *
 * @publicApi
 */
export class FastestValidator extends Validator {
  private readonly engine: InstanceType<Engine>;

  /** @param options Of fastest-validator; `useNewCustomCheckerFunction` is `true` unless given, as in Moleculer. */
  constructor(options: ValidatorConstructorOptions = {}) {
    super();
    this.engine = new Engine({ useNewCustomCheckerFunction: true, ...options });
  }

  /** No schema (`undefined`, `null`, `false`) and the empty one check nothing. */
  compile(schema: unknown): (params: unknown, ctx: unknown) => unknown {
    if (schema === undefined || schema === null || schema === false) return identity;
    if (typeof schema === 'object' && Object.keys(schema).length === 0 && !('~standard' in schema))
      return identity;
    const check = this.compileCheck(asSchema(schema));
    return (params, ctx) => {
      // Moleculer, too, checks an empty object where nothing was sent.
      const value = params ?? {};
      const result = check(value, { meta: ctx });
      if (result === true) return value;
      return result instanceof Promise
        ? result.then((settled) => passOrThrow(settled, value, ctx))
        : passOrThrow(result, value, ctx);
    };
  }

  private compileCheck(schema: object): Check {
    try {
      // The engine takes `$$…` keys out of what it is given, and one schema may serve several handlers.
      return this.engine.compile(cloneSchema(schema));
    } catch (failure) {
      throw new ServiceSchemaError(schemaNotCompiled((failure as Error).message));
    }
  }
}

/** The package is CommonJS whose export is the class itself, which its types call `default`. */
const Engine = fastestValidator as unknown as Engine;

function passOrThrow(result: CheckResult, value: unknown, ctx: unknown): unknown {
  if (result === true) return value;
  const site = validationSite(ctx);
  const issues = result.map((issue) => ({ ...issue, ...site }));
  throw new ValidationError(PARAMETERS_VALIDATION, null, issues);
}

/** Only what fastest-validator would make sense of; what it would misread is refused by name. */
function asSchema(schema: unknown): object {
  if (typeof schema === 'function') throw new ServiceSchemaError(schemaKindNotBuilt('a class'));
  if (typeof schema !== 'object' || schema === null)
    throw new ServiceSchemaError(schemaOfUnknownKind(typeof schema));
  if ('~standard' in schema) throw new ServiceSchemaError(schemaKindNotBuilt('a Standard Schema'));
  return schema;
}
