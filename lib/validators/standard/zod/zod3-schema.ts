import type { StandardIssue, StandardSchema } from '../standard-schema.js';

/** What is used of zod 3. It is the user's package: nothing of it can be imported, a schema brings it along. */
export interface Zod3Schema extends StandardSchema {
  readonly _def: Zod3Def;
  _parse(input: Zod3Input): unknown;
  safeParse(value: unknown): Zod3Result;
  safeParseAsync(value: unknown): Promise<Zod3Result>;
}

export interface Zod3Def {
  readonly typeName: string;
  readonly shape?: () => Readonly<Record<string, Zod3Schema>>;
  readonly getter?: () => Zod3Schema;
  readonly effect?: Readonly<Record<string, unknown>>;
  readonly [more: string]: unknown;
}

export interface Zod3Input {
  readonly parent: { readonly common: { readonly async: boolean } };
}

export type Zod3Result =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly StandardIssue[] } };

export function isZod3Schema(value: unknown): value is Zod3Schema {
  const { _def, _parse } = (value ?? {}) as Partial<Zod3Schema>;
  return typeof _def?.typeName === 'string' && typeof _parse === 'function';
}

/** The schemas right below one. What functions take and give is not checked with the function. */
export function partsOfZod3({ _def }: Zod3Schema): Zod3Schema[] {
  if (_def.typeName === 'ZodFunction') return [];
  const fields = Object.values(_def.shape?.() ?? {});
  return [...fields, _def.getter?.(), ...Object.values(_def).flat()].filter(isZod3Schema);
}

/** Schemas that make new schemas without end are looked into this far. */
export const FAR = 10_000;
