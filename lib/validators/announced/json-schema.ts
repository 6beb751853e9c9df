import { loadFromApplication } from '../../options/application-package.js';
import type { StandardSchema } from '../standard/standard-schema.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Which of the two a schema tells of: what it takes, or what it makes of it. */
export type SchemaSide = 'input' | 'output';

const TARGET = 'draft-2020-12';

/** What no library can write is left open: zod's word for it, and arktype's. */
const OPEN = { unrepresentable: 'any', fallback: ({ base }: { base?: object }) => base ?? {} };

interface ZodNode {
  readonly zodSchema: { readonly _zod?: { readonly def?: { readonly coerce?: unknown } } };
  readonly jsonSchema: Record<string, unknown>;
}

/** What zod coerces it takes in any form, and yet writes as what comes out. */
const OPEN_INPUT = {
  ...OPEN,
  override: ({ zodSchema, jsonSchema }: ZodNode) => {
    if (zodSchema._zod?.def?.coerce === true)
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  },
};

type Convert = (schema: StandardSchema, side: SchemaSide) => unknown;

/** The ways to a JSON Schema, the best first: the convention's own, the schema's own method, the library's package beside it. */
const WAYS: readonly Convert[] = [
  (schema, side) =>
    schema['~standard'].jsonSchema?.[side]({
      target: TARGET,
      libraryOptions: side === 'input' ? OPEN_INPUT : OPEN,
    }),
  (schema) => {
    const { toJSONSchema, toJsonSchema = toJSONSchema } = schema as StandardSchema & Record<string, unknown>;
    return typeof toJsonSchema === 'function' ? toJsonSchema.call(schema, OPEN) : undefined;
  },
  (schema, side) => (schema['~standard'].vendor === 'valibot' ? ofValibot(schema, side) : undefined),
];

/** The JSON Schema of a Standard Schema; null where the library offers none, or fails at this one. */
export function jsonSchemaOf(schema: StandardSchema, side: SchemaSide): JsonSchema | null {
  for (const way of WAYS) {
    const made = attempt(() => way(schema, side));
    if (typeof made === 'object' && made !== null) return made as JsonSchema;
  }
  return null;
}

function ofValibot(schema: StandardSchema, side: SchemaSide): unknown {
  const { toJsonSchema } = loadFromApplication('@valibot/to-json-schema') as {
    toJsonSchema(schema: object, options: object): object;
  };
  return toJsonSchema(schema, { typeMode: side, errorMode: 'ignore', target: TARGET });
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
