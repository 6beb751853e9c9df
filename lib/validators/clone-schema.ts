/**
 * A copy of a schema, plain objects and arrays only: functions, patterns and classes in it stay the same. Schemas may refer to
 * themselves, and the copy then refers to itself.
 */
export function cloneSchema<T>(schema: T, done = new Map<unknown, unknown>()): T {
  if (!isContainer(schema)) return schema;
  const known = done.get(schema);
  if (known !== undefined) return known as T;
  const copy: object = Array.isArray(schema) ? [] : {};
  done.set(schema, copy);
  for (const [key, value] of Object.entries(schema)) {
    Object.defineProperty(copy, key, {
      configurable: true,
      enumerable: true,
      writable: true,
      value: cloneSchema<unknown>(value, done),
    });
  }
  return copy as T;
}

function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
