/**
 * Checks `params` of actions and events. Extend it to bring your own schemas; the module's option `validator` takes it.
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
}
