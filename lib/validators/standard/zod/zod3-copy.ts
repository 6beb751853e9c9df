import { heard, isHeard } from './zod3-heard.js';
import {
  FAR,
  isZod3Schema,
  partsOfZod3,
  type Zod3Def,
  type Zod3Input,
  type Zod3Schema,
} from './zod3-schema.js';

type Work = (...given: unknown[]) => unknown;

export interface Zod3Copy {
  readonly schema: Zod3Schema;
  /** Whether all of the user's code has run, and none of it has ever given a promise. */
  isSynchronous(): boolean;
}

/** A copy of a schema of zod 3 in which every piece of the user's code is heard; the user's schema stays as it is. */
export function heardCopyOfZod3(root: Zod3Schema): Zod3Copy {
  const unknown = new Set<Work>();
  let waits = false;
  const copies = new Map<Zod3Schema, Zod3Schema>();
  const copyOf = (schema: Zod3Schema): Zod3Schema => {
    const known = copies.get(schema);
    if (known !== undefined) return known;
    const { effect, getter, shape } = schema._def;
    const isLeaf = effect === undefined && getter === undefined && shape === undefined;
    const copy = isLeaf && partsOfZod3(schema).length === 0 ? schema : remade(schema);
    copies.set(schema, copy);
    return copy;
  };

  const remade = (schema: Zod3Schema): Zod3Schema => {
    const Kind = schema.constructor as new (def: Zod3Def) => Zod3Schema;
    const copy = new Kind(defOf(schema._def));
    const parse = copy._parse.bind(copy);
    const parseHeard = heard(parse);
    // Only who waits can make something of a promise.
    copy._parse = (input: Zod3Input) => (input.parent.common.async ? parseHeard(input) : parse(input));
    return copy;
  };

  const defOf = ({ shape, getter, effect, ...own }: Zod3Def): Zod3Def => {
    const made: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(own)) made[key] = copiedWithin(value);
    // By these alone a schema reaches itself, and they are not asked before a value comes.
    if (getter !== undefined) made['getter'] = once(() => copyOf(getter()));
    if (shape !== undefined) made['shape'] = () => mapped(shape());
    if (effect !== undefined) made['effect'] = watched(effect);
    return made as Zod3Def;
  };

  const copiedWithin = (value: unknown): unknown => {
    if (isZod3Schema(value)) return copyOf(value);
    if (Array.isArray(value)) return value.map(copiedWithin);
    if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, copiedWithin(part)]));
    return value;
  };

  const mapped = (shape: Readonly<Record<string, Zod3Schema>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, copyOf(part)]));

  /** What an effect does stands beside its kind. */
  const watched = (effect: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(
      Object.entries(effect).map(([key, work]) => [
        key,
        typeof work === 'function' ? watch(work as Work) : work,
      ]),
    );

  const watch = (work: Work): Work => {
    unknown.add(work);
    return (...given) => {
      unknown.delete(work);
      const result = work(...given);
      if (result instanceof Promise) waits = true;
      return isHeard(result);
    };
  };

  const schema = copyOf(root);
  // All at once, as far as it goes, so that what has not run yet is known.
  for (const copy of copies.values()) if (copies.size < FAR) partsOfZod3(copy);
  return { schema, isSynchronous: () => !waits && unknown.size === 0 };
}

/** A `z.lazy()` may make a new schema whenever it is asked. */
function once<T>(make: () => T): () => T {
  let made: { readonly it: T } | null = null;
  return () => (made ??= { it: make() }).it;
}
