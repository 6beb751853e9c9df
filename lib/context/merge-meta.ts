type Meta = Record<string, unknown>;

/**
 * A context's meta with what the callee had in its own: shallow, the last word wins (protocol section 6). Where it can be written to it is
 * the same object.
 *
 * Both are the handlers' to set: frozen, of a class with accessors, or no objects at all. This runs while a call is being settled, which
 * nothing of it may prevent, so it never throws: what cannot be read is left out.
 */
export function mergeMeta(own: unknown, given: unknown): unknown {
  if (!isMeta(given)) return own;
  if (!isMeta(own)) return mergeMeta({}, given);
  try {
    const merged = Object.isExtensible(own) ? own : { ...own };
    for (const key of Object.keys(given)) if (key !== '__proto__') merged[key] = given[key];
    return merged;
  } catch {
    return { ...readable(own), ...readable(given) };
  }
}

function readable(meta: Meta): Meta {
  const read: Meta = {};
  for (const key of keysOf(meta)) {
    try {
      read[key] = meta[key];
    } catch {
      // Nobody else could read it either.
    }
  }
  return read;
}

function keysOf(meta: Meta): string[] {
  try {
    return Object.keys(meta).filter((key) => key !== '__proto__');
  } catch {
    return [];
  }
}

const isMeta = (value: unknown): value is Meta => typeof value === 'object' && value !== null;
