import type { ActionInfo, Dictionary, EventInfo } from '../protocol/packets.js';

/** A schema in the form of fastest-validator and, if there is one, as a JSON Schema. */
export interface ToldSchema {
  readonly rules: object;
  readonly jsonSchema: object | null;
}

/** What others are told of a schema; null: it is told as it is. */
export type TellSchema = (schema: unknown, side: 'input' | 'output') => ToldSchema | null;

const SIDES = { params: 'input', returns: 'output' } as const;

/**
 * The info of an action or event for other nodes: schemas of other kinds in the form of fastest-validator, which peers and gateways
 * read, and beside it `jsonSchema: { params, returns }`.
 */
export function toldInfo<T extends ActionInfo | EventInfo>(info: T, tell: TellSchema): T {
  let told: (T & Dictionary) | null = null;
  for (const key of ['params', 'returns'] as const) {
    const schema = info[key] == null ? null : tell(info[key], SIDES[key]);
    if (schema === null) continue;
    told = { ...(told ?? info), [key]: schema.rules };
    if (schema.jsonSchema === null) continue;
    const others = told['jsonSchema'] as Dictionary | undefined;
    told = { ...told, jsonSchema: { [key]: schema.jsonSchema, ...others } };
  }
  return told ?? info;
}
