import fastestValidator from 'fastest-validator';
import type { ValidatorConstructorOptions } from 'fastest-validator';
import { ServiceSchemaError } from '../errors/service.error.js';
import { messageOf } from '../errors/thrown.js';
import type { ValidationIssue } from '../errors/validation.error.js';
import { schemaNotCompiled, schemaOfUnknownKind } from '../messages/errors.messages.js';
import { classCheck, type SchemaClass } from './classes/class.check.js';
import { cloneSchema } from './clone-schema.js';
import { identity } from './no.validator.js';
import { refuse } from './refuse.js';
import { standardCheck } from './standard/standard.check.js';
import { isStandardSchema } from './standard/standard-schema.js';
import { Validator } from './validator.js';

type Check = (value: unknown, options: { meta: unknown }) => CheckResult | Promise<CheckResult>;
type CheckResult = true | ValidationIssue[];
/** What is checked where nothing was given. */
type Nothing = (value: null | undefined) => unknown;
type Engine = new (options?: ValidatorConstructorOptions) => { compile(schema: object): Check };

/**
 * The default: schemas of fastest-validator, as in Moleculer, any Standard Schema (zod, valibot, arktype …), and classes with the
 * decorators of class-validator, checked by Nest's `ValidationPipe`.
 *
 * A schema of fastest-validator with `$$async: true` checks asynchronously. Custom checks find the `Context` in `context.meta`; the
 * engine keeps one for each schema, so asynchronous ones must read it before their first `await`.
 *
 * @publicApi
 */
export class FastestValidator extends Validator {
  private readonly engine: InstanceType<Engine>;

  /**
   * @param options Of fastest-validator; `useNewCustomCheckerFunction` is `true` unless given, as in Moleculer.
   * @param pipe Of Nest's `ValidationPipe`, for classes; it always transforms.
   */
  constructor(
    options: ValidatorConstructorOptions = {},
    private readonly pipe: object = {},
  ) {
    super();
    this.engine = new Engine({ useNewCustomCheckerFunction: true, ...options });
  }

  /** No schema (`undefined`, `null`, `false`) and the empty one check nothing. Where nothing was sent, an empty object is checked. */
  compile(schema: unknown): (params: unknown, ctx: unknown) => unknown {
    return this.check(schema, () => ({}));
  }

  override compileReturns(schema: unknown): (result: unknown, ctx: unknown) => unknown {
    return this.check(schema, (value) => value);
  }

  private check(schema: unknown, nothing: Nothing): (value: unknown, ctx: unknown) => unknown {
    if (isEmptySchema(schema)) return identity;
    if (isStandardSchema(schema)) return standardCheck(schema, nothing);
    if (typeof schema === 'function') return classCheck(schema as SchemaClass, this.pipe);
    const check = this.compileCheck(asSchema(schema));
    return (given, ctx) => {
      const value = given ?? nothing(given as null | undefined);
      const result = check(value, { meta: ctx });
      if (result === true) return value;
      return result instanceof Promise
        ? result.then((settled) => passOrRefuse(settled, value, ctx))
        : passOrRefuse(result, value, ctx);
    };
  }

  private compileCheck(schema: object): Check {
    try {
      // The engine takes `$$…` keys out of what it is given, and one schema may serve several handlers.
      return this.engine.compile(cloneSchema(schema));
    } catch (failure) {
      throw new ServiceSchemaError(schemaNotCompiled(messageOf(failure)));
    }
  }
}

/** The package is CommonJS whose export is the class itself, which its types call `default`. */
const Engine = fastestValidator as unknown as Engine;

function passOrRefuse(result: CheckResult, value: unknown, ctx: unknown): unknown {
  return result === true ? value : refuse(result, ctx);
}

function isEmptySchema(schema: unknown): boolean {
  if (schema === undefined || schema === null || schema === false) return true;
  return typeof schema === 'object' && !isStandardSchema(schema) && Object.keys(schema).length === 0;
}

/** Only what fastest-validator would make sense of; what it would misread is refused by name. */
function asSchema(schema: unknown): object {
  if (typeof schema === 'object' && schema !== null) return schema;
  throw new ServiceSchemaError(schemaOfUnknownKind(typeof schema));
}
