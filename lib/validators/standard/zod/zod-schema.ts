import type { StandardSchema } from '../standard-schema.js';

/** What is used of zod 4, zod/mini and zod's core. It is the user's package: nothing of it can be imported, a schema brings it along. */
export interface ZodSchema extends StandardSchema {
  readonly _zod: ZodInternals;
}

export interface ZodInternals {
  readonly def: ZodDef;
  readonly traits: ReadonlySet<string>;
  /** Makes a schema of the same kind of a definition, as zod's own `clone` does. */
  readonly constr: new (def: ZodDef) => ZodSchema;
  readonly innerType?: ZodSchema;
  run: ZodRun;
  parse: ZodRun;
  check?: (payload: ZodPayload) => unknown;
}

export type ZodRun = ((payload: ZodPayload, context: ZodContext) => ZodOutcome) & {
  /** Where `zod/compile` has put a compiled one in its place. */
  readonly __originalRun?: ZodRun;
};

export type ZodOutcome = ZodPayload | Promise<ZodPayload>;

export interface ZodDef {
  readonly type: string;
  readonly shape?: ZodShape;
  readonly catchall?: ZodSchema;
  readonly checks?: readonly ZodCheck[];
  readonly [more: string]: unknown;
}

export type ZodShape = Readonly<Record<PropertyKey, ZodSchema>>;

export interface ZodCheck {
  readonly _zod: {
    readonly def: { readonly check: string; readonly [more: string]: unknown };
    /** Absent where a function was given to `.check()`. */
    readonly traits?: ReadonlySet<string>;
    check(payload: ZodPayload): unknown;
  };
}

/** A value on its way through a schema. */
export interface ZodPayload {
  value: unknown;
  issues: { readonly path?: readonly PropertyKey[] }[];
}

/** `false` is what lets zod use the code that it generates, which cannot wait. Without it, zod waits where a promise comes, and there alone. */
export interface ZodContext {
  readonly async?: boolean;
  /** Ours: whom what fails is told. */
  readonly turn?: { readonly fail: (error: unknown) => void };
}

export function isZodSchema(value: unknown): value is ZodSchema {
  return (value as Partial<ZodSchema> | null | undefined)?._zod?.traits?.has('$ZodType') === true;
}

/** The schemas right below one. */
export function partsOf({ _zod: { def, innerType } }: ZodSchema): ZodSchema[] {
  if (LEAVES.has(def.type)) return [];
  const { checks: _, shape = {}, ...rest } = def;
  const fields = Reflect.ownKeys(shape).map((key) => shape[key]);
  return [...fields, innerType, ...Object.values(rest).flat()].filter(isZodSchema);
}

/** Kinds that run nothing below them while they check. */
export const LEAVES: ReadonlySet<string> = new Set([
  'any',
  'bigint',
  'boolean',
  'date',
  'enum',
  'file',
  'function',
  'int',
  'literal',
  'nan',
  'never',
  'null',
  'number',
  'string',
  'symbol',
  'template_literal',
  'undefined',
  'unknown',
  'void',
]);
