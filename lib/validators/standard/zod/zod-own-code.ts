import { LEAVES, partsOf, type ZodCheck, type ZodSchema } from './zod-schema.js';

/** Kinds that only run what is below them. */
const HOLDERS: ReadonlySet<string> = new Set([
  'array',
  'catch',
  'default',
  'intersection',
  'lazy',
  'map',
  'nonoptional',
  'nullable',
  'object',
  'optional',
  'pipe',
  'prefault',
  'readonly',
  'record',
  'set',
  'success',
  'tuple',
  'union',
]);

/** Checks of zod's own. `overwrite` (`trim()` …) takes a function, but never waits for it. */
const DECLARED: ReadonlySet<string> = new Set([
  'bigint_format',
  'describe',
  'greater_than',
  'length_equals',
  'less_than',
  'max_length',
  'max_size',
  'meta',
  'mime_type',
  'min_length',
  'min_size',
  'multiple_of',
  'number_format',
  'overwrite',
  'size_equals',
  'string_format',
]);

/** Schemas that make new schemas without end are looked into this far. */
const FAR = 10_000;

export interface Survey {
  /** What runs no code of the user's that zod would wait for. All else may, also what was not looked at or is not known here. */
  readonly declarative: ReadonlySet<ZodSchema>;
  readonly recursive: boolean;
  /** Whether all was looked at. */
  readonly complete: boolean;
}

/** Looks at a schema and all below it. */
export function surveyOf(root: ZodSchema): Survey {
  const above = new Map<ZodSchema, ZodSchema[]>([[root, []]]);
  for (const schema of above.keys()) {
    if (above.size > FAR) return { declarative: new Set(), recursive: true, complete: false };
    for (const part of partsOf(schema)) {
      const holders = above.get(part);
      if (holders === undefined) above.set(part, [schema]);
      else holders.push(schema);
    }
  }
  const touched = new Set([...above.keys()].filter(hasOwnCode));
  for (const schema of touched) above.get(schema)?.forEach((holder) => touched.add(holder));
  const declarative = new Set([...above.keys()].filter((schema) => !touched.has(schema)));
  return { declarative, recursive: reachesItself(root), complete: true };
}

function reachesItself(root: ZodSchema): boolean {
  const done = new Set<ZodSchema>();
  const path = new Set<ZodSchema>();
  const visit = (schema: ZodSchema): boolean => {
    if (done.has(schema)) return path.has(schema);
    done.add(schema);
    path.add(schema);
    const found = partsOf(schema).some(visit);
    path.delete(schema);
    return found;
  };
  return visit(root);
}

function hasOwnCode(schema: ZodSchema): boolean {
  return hasOwnBody(schema) || (schema._zod.def.checks ?? []).some(isOwnCheck);
}

/** Transformations, `z.custom()`, codecs, formats of one's own, kinds of one's own; and `z.promise()`, which always waits. */
export function hasOwnBody({ _zod: { def, traits } }: ZodSchema): boolean {
  if (!LEAVES.has(def.type) && !HOLDERS.has(def.type)) return true;
  if (typeof def['transform'] === 'function' || typeof def['fn'] === 'function') return true;
  return isForeign(traits);
}

/** Also a check that runs a schema on a property (`z.property()`): that schema is not looked into. */
export function isOwnCheck(check: ZodCheck): boolean {
  const { def, traits } = check._zod;
  return !DECLARED.has(def.check) || typeof def['fn'] === 'function' || isForeign(traits);
}

/** All that zod has made bears its name. */
function isForeign(traits: ReadonlySet<string> | undefined): boolean {
  return ![...(traits ?? [])].every((trait) => /^[_$]*Zod/.test(trait));
}
