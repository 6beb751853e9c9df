import fastestValidator from 'fastest-validator';
import { cloneSchema } from '../clone-schema.js';
import type { SchemaClass } from '../classes/class.check.js';
import { isStandardSchema } from '../standard/standard-schema.js';
import { classRules } from './class-rules.js';
import { ANYTHING, fastestSchema } from './fastest-rules.js';
import { type JsonSchema, jsonSchemaOf, type SchemaSide } from './json-schema.js';

/** What INFO tells of a schema. */
export interface AnnouncedSchema {
  /** The schema in the form of fastest-validator; never stricter than the schema itself. */
  readonly rules: Readonly<Record<string, unknown>>;
  /** The same as a JSON Schema (draft 2020-12); null: there is none. */
  readonly jsonSchema: JsonSchema | null;
}

/** Of a Standard Schema or a class; null for others, which are told as they are. */
export function announcedSchema(schema: unknown, side: SchemaSide): AnnouncedSchema | null {
  if (isStandardSchema(schema)) {
    const jsonSchema = jsonSchemaOf(schema, side);
    return { rules: jsonSchema === null ? ANYTHING : usable(() => fastestSchema(jsonSchema)), jsonSchema };
  }
  if (typeof schema === 'function')
    return { rules: usable(() => classRules(schema as SchemaClass)), jsonSchema: null };
  return null;
}

/** Peers may compile it: what their engine would refuse (it writes names and patterns into code) is not told. */
function usable(make: () => Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const Engine = fastestValidator as unknown as new () => { compile(schema: object): unknown };
  try {
    const rules = make();
    new Engine().compile(cloneSchema(rules));
    return rules;
  } catch {
    return ANYTHING;
  }
}
