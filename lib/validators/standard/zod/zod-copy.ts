import { hasOwnBody, isOwnCheck, type Survey } from './zod-own-code.js';
import { beside, synchronous, ZodObjectBody } from './zod-object.js';
import {
  isZodSchema,
  LEAVES,
  partsOf,
  type ZodCheck,
  type ZodDef,
  type ZodPayload,
  type ZodRun,
  type ZodSchema,
  type ZodShape,
} from './zod-schema.js';
import { ZodListener } from './zod-turn.js';

/**
 * A copy of a schema that listens to the user's code (`ZodListener`); the schema itself stays as it is. Made anew is what has such code in
 * it or below, for zod holds on to the parts that it made a schema of.
 */
export function heardCopy(root: ZodSchema, { declarative, recursive, complete }: Survey): ZodSchema {
  const listener = new ZodListener();
  const copies = new Map<ZodSchema, ZodSchema>();
  const copyOf = (schema: ZodSchema): ZodSchema => {
    const known = copies.get(schema);
    if (known !== undefined) return known;
    const copy = declarative.has(schema) ? fastOf(schema) : remade(schema);
    copies.set(schema, copy);
    return copy;
  };

  const remade = (schema: ZodSchema): ZodSchema => {
    const { constr, check } = schema._zod;
    const isFast = isFastBelow(schema);
    const body = !isFast && isFastObject(schema) ? new ZodObjectBody() : null;
    const copy = new constr(defOf(schema, body));
    const internals = copy._zod;
    internals.run = listener.run(runOf(copy));
    body?.takeOver(copy);
    if (isFast) internals.parse = (payload) => schema._zod.parse(payload, synchronous());
    if (isOfMini(schema)) internals.parse = waitingBody(copy);
    if (check !== undefined) internals.check = listener.check(check);
    return copy;
  };

  const defOf = (schema: ZodSchema, body: ZodObjectBody | null): ZodDef => {
    const { def } = schema._zod;
    const { _cachedInner: _, checks, ...own } = def;
    const made: Record<string, unknown> = { ...own, checks: checks?.filter(isCheck).map(checkOf) };
    if (LEAVES.has(def.type)) return made as ZodDef;
    for (const [key, value] of Object.entries(own)) {
      if (isZodSchema(value)) made[key] = copyOf(value);
      else if (Array.isArray(value))
        made[key] = value.map((part) => (isZodSchema(part) ? copyOf(part) : part));
    }
    // Only by these a schema reaches itself, and they are not asked before a value comes.
    if (def.type === 'lazy') made['getter'] = () => copyOf(schema._zod.innerType as ZodSchema);
    if (def.shape !== undefined) made['shape'] = fieldsOf(def.shape, body);
    return made as ZodDef;
  };

  const checkOf = (check: ZodCheck): ZodCheck => {
    if (!isOwnCheck(check)) return check;
    const run = { value: listener.check((payload) => check._zod.check(payload)) };
    return Object.create(check, { _zod: { value: Object.create(check._zod, { check: run }) } }) as ZodCheck;
  };

  const fieldsOf = (shape: ZodShape, body: ZodObjectBody | null): ZodShape => {
    const fields = {};
    for (const key of Reflect.ownKeys(shape)) {
      const schema = shape[key] as ZodSchema;
      const isOwn = body !== null && !declarative.has(schema);
      const get = () => (isOwn ? body.field(copyOf(schema)) : copyOf(schema));
      Object.defineProperty(fields, key, { get, enumerable: true, configurable: true });
    }
    return fields;
  };

  /** zod keeps notes of where it is in a recursive schema, and they must not be torn apart. */
  const isFastObject = (schema: ZodSchema): boolean => {
    const { type, catchall } = schema._zod.def;
    if (type !== 'object' || recursive || hasOwnBody(schema)) return false;
    return catchall === undefined || declarative.has(catchall);
  };

  /** Whether the user's code is in nothing but the checks. */
  const isFastBelow = (schema: ZodSchema): boolean => {
    if (LEAVES.has(schema._zod.def.type) || hasOwnBody(schema)) return false;
    return partsOf(schema).every((part) => declarative.has(part));
  };

  const copy = copyOf(root);
  // What zod cannot look into it takes for recursive.
  if (complete) for (const { _zod } of copies.values()) void _zod.def.shape;
  return copy;
}

/** What has no code of the user's in it runs as if it were called alone. */
function fastOf(schema: ZodSchema): ZodSchema {
  if (LEAVES.has(schema._zod.def.type)) return schema;
  return beside(schema, (payload) => schema._zod.run(payload, synchronous()));
}

/** Without checks, zod takes the body for the whole run; it may still exchange it. */
function runOf({ _zod }: ZodSchema): ZodRun {
  const run = _zod.run.__originalRun ?? _zod.run;
  return run === _zod.parse ? (payload, context) => _zod.parse(payload, context) : run;
}

/**
 * zod waits for the promise of a transformation where it comes, zod/mini only where it was told beforehand, and then for all: it is told
 * once the promise is there.
 */
function waitingBody({ _zod: { def, parse } }: ZodSchema): ZodRun {
  const own = def as { transform?: (value: unknown, payload: ZodPayload) => unknown };
  const { transform } = own;
  let later = false;
  own.transform = (value, payload) => {
    const output = transform?.(value, payload);
    later = output instanceof Promise;
    return output;
  };
  return (payload, context) =>
    parse(payload, {
      ...context,
      get async() {
        return later;
      },
    });
}

const isOfMini = ({ _zod: { def, traits } }: ZodSchema): boolean =>
  def.type === 'transform' && !traits.has('ZodTransform');

/** Notes are not copied: they would be entered in zod's registry again. */
const isCheck = ({ _zod }: ZodCheck): boolean => !['describe', 'meta'].includes(_zod.def.check);
