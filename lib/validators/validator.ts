import { type AnnouncedSchema, announcedSchema } from './announced/announced-schema.js';

/**
 * Checks `params` and `returns` of actions and events. Extend it to bring your own schemas; the module's option `validator` takes it.
 *
 * @publicApi
 */
export abstract class Validator {
  /** The name shown in the prompt. */
  readonly name: string = this.constructor.name;

  /**
   * Makes a check of a schema; called once for each handler at start.
   *
   * The check takes the parameters and the `Context` and returns what the handler gets: the same object, possibly changed, or
   * another one. Only for asynchronous schemas it returns a promise of that. Parameters that do not fit are a `ValidationError`
   * with a list of `ValidationIssue` as `data`, thrown or rejected.
   *
   * @throws ServiceSchemaError if the schema cannot be understood
   */
  abstract compile(schema: unknown): (params: unknown, ctx: unknown) => unknown;

  /**
   * As {@link compile}, for what an action `returns`; there, nothing is not taken for an empty object. Default: `compile` itself.
   *
   * @throws ServiceSchemaError if the schema cannot be understood
   */
  compileReturns(schema: unknown): (result: unknown, ctx: unknown) => unknown {
    return this.compile(schema);
  }

  /**
   * What other nodes are told of a schema that is not in the form of fastest-validator: that form, and a JSON Schema. Default: of
   * Standard Schemas and classes; all others are told as they are (`null`).
   *
   * @param side `input` for `params`, `output` for `returns`.
   */
  announce(schema: unknown, side: 'input' | 'output'): AnnouncedSchema | null {
    return announcedSchema(schema, side);
  }
}
