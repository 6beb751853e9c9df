/** Standard Schema, version 1: https://standardschema.dev. Libraries add to issues what they know beyond it. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): StandardResult | PromiseLike<StandardResult>;
    /** Of Standard JSON Schema; newer libraries have it. */
    readonly jsonSchema?: {
      input(options: JsonSchemaOptions): object;
      output(options: JsonSchemaOptions): object;
    };
  };
}

export interface JsonSchemaOptions {
  readonly target: 'draft-2020-12';
  readonly libraryOptions?: Readonly<Record<string, unknown>>;
}

export type StandardResult =
  { readonly issues?: undefined; readonly value: unknown } | { readonly issues: readonly StandardIssue[] };

/** What the convention has, and what zod, valibot and arktype say besides. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly [more: string]: unknown;
}

/** Schemas may be functions, too (arktype). */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false;
  const standard = (schema as Partial<StandardSchema>)['~standard'];
  return typeof standard === 'object' && standard !== null && typeof standard.validate === 'function';
}
