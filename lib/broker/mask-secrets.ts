const MASK = '***';

/** Names under which secrets are kept, in any spelling: `password`, `authToken`, `api_key`, `accessKeyId` … */
const SECRET =
  /pass(word|wd|phrase)?$|password|secret|token|credential|authorization|^auth$|(api|access|private|encryption|secret)[-_]?key|^key$|^pfx$|^iv$|salt/i;

/**
 * `scheme://user:password@host`, also with a password alone, anywhere in a text. Up to the last `@` before the next URL: a password that
 * was not encoded may contain everything, and to hide too much does no harm.
 */
const URL_PASSWORD = /([a-z][a-z\d+.-]*:\/\/[^\s/:@]*):(?:(?![a-z][a-z\d+.-]*:\/\/)\S)*@/gi;

/** Options are a few levels deep; instances of foreign classes (clients, agents) are not looked into, so there is no need for more. */
const MAX_DEPTH = 12;

/**
 * A copy of options that may be shown: secrets are replaced by `***`, passwords inside URLs too; functions and instances of classes
 * are left out or named. What it returns has no reference to what was given, and survives JSON.
 */
export function maskSecrets(options: object): object {
  return (copyOf(options, new Set()) ?? {}) as object;
}

function copyOf(value: unknown, above: Set<object>): unknown {
  if (typeof value === 'string') return value.replace(URL_PASSWORD, `$1:${MASK}@`);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value) || above.size >= MAX_DEPTH) return undefined;
  above.add(value);
  const copy = Array.isArray(value) ? copyList(value, above) : copyObject(value, above);
  above.delete(value);
  return copy;
}

function copyList(list: readonly unknown[], above: Set<object>): unknown[] {
  return list.map((item) => copyOf(item, above)).filter((item) => item !== undefined);
}

function copyObject(value: object, above: Set<object>): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof RegExp || value instanceof URL) return copyOf(String(value), above);
  if (value instanceof Date) return value.toISOString();
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor?.name || 'object'}]`;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const shown = isSecret(key, item) ? MASK : copyOf(item, above);
    if (shown !== undefined && key !== '__proto__') copy[key] = shown;
  }
  return copy;
}

/** Switches and what is not set are no secrets, nor are functions that fetch one. */
function isSecret(key: string, item: unknown): boolean {
  const kind = typeof item;
  return (
    SECRET.test(key) && item !== null && kind !== 'undefined' && kind !== 'boolean' && kind !== 'function'
  );
}
