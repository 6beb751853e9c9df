const LONGEST = 80;

/** A value for a message: short, and without passwords. Objects show their keys only. */
export function describeValue(value: unknown, path = ''): string {
  if (/pass(word)?$|secret|token$/i.test(path)) return '***';
  switch (typeof value) {
    case 'string':
      return shorten(JSON.stringify(maskCredentials(value)));
    case 'bigint':
      return `${value}n`;
    case 'function':
      return describeFunction(value);
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return String(value);
  }
}

/** `redis://user:password@host` -> `redis://***@host`; up to the last `@`, for a password that was not encoded may hold anything. */
function maskCredentials(text: string): string {
  return text.replace(/\/\/\S*@/g, '//***@');
}

function describeFunction(value: { name: string }): string {
  const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function';
  return `${kind} ${value.name || '(anonymous)'}`;
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const className = (value.constructor as { name?: string } | undefined)?.name;
  const keys = shorten(Object.keys(value).join(', '));
  return className && className !== 'Object' ? `an instance of ${className}` : `{ ${keys} }`;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
