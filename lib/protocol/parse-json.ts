/** How `__proto__` can stand in JSON: as it is, or with some of its characters escaped. */
const PLAIN = '__proto__';
const ESCAPED = '\\u00';

/**
 * As `JSON.parse`, but for keys named `__proto__`, which are dropped at any depth: the parser makes plain properties of them, and whoever
 * copies or merges such an object later changes a prototype. Texts without any, which are nearly all, are only searched for the word.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (text.includes(PLAIN) || text.includes(ESCAPED)) dropProto(value);
  return value;
}

/** With a list of its own: what is parsed may be nested deeper than the stack. */
function dropProto(value: unknown): void {
  const open: object[] = [];
  const add = (inner: unknown) => {
    if (typeof inner === 'object' && inner !== null) open.push(inner);
  };
  add(value);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Object.hasOwn(next, PLAIN)) delete (next as Record<string, unknown>)[PLAIN];
    Object.values(next).forEach(add);
  }
}
