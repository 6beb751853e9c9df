/** What a Moleculer peer tells about values, errors and contexts, in plain JSON. */

/** Any value as `{ t, v }`: shows what really came out of a serializer. */
export function describeValue(value) {
  if (value === undefined || value === null) return { t: String(value) };
  if (typeof value === 'bigint') return { t: 'bigint', v: String(value) };
  if (typeof value === 'number') return { t: 'number', v: Number.isFinite(value) ? value : String(value) };
  if (typeof value !== 'object')
    return { t: typeof value, v: typeof value === 'function' ? value.name : value };
  if (Buffer.isBuffer(value)) return { t: 'Buffer', v: value.toString('base64') };
  if (value instanceof Date) return { t: 'Date', v: value.toISOString() };
  if (Array.isArray(value)) return { t: 'Array', v: value.map(describeValue) };
  const entries = Object.entries(value).map(([key, item]) => [key, describeValue(item)]);
  return { t: value.constructor?.name ?? 'Object', v: Object.fromEntries(entries) };
}

/** The way back, for values that JSON cannot write. */
export function buildValue(description) {
  const { t, v } = description;
  switch (t) {
    case 'undefined':
      return undefined;
    case 'null':
      return null;
    case 'bigint':
      return BigInt(v);
    case 'number':
      return Number(v);
    case 'Buffer':
      return Buffer.from(v, 'base64');
    case 'Date':
      return new Date(v);
    case 'Array':
      return v.map(buildValue);
    case 'Object':
      return Object.fromEntries(Object.entries(v).map(([key, item]) => [key, buildValue(item)]));
    default:
      return v;
  }
}

const FAMILIES = [
  'MoleculerError',
  'MoleculerRetryableError',
  'MoleculerServerError',
  'MoleculerClientError',
];

/** An error with its class, and with the base classes of Moleculer's that it is an instance of. */
export function describeError(error, Errors) {
  if (!(error instanceof Error))
    return { name: 'NotAnError', message: String(error), value: describeValue(error) };
  return {
    name: error.name,
    class: error.constructor?.name,
    instanceOf: FAMILIES.filter((family) => error instanceof Errors[family]),
    message: error.message,
    code: error.code,
    type: error.type,
    data: error.data,
    retryable: error.retryable,
    nodeID: error.nodeID,
    stack: typeof error.stack === 'string' ? error.stack.slice(0, 500) : error.stack,
  };
}

/** The parts of a context that cross the wire. */
export function describeContext(ctx) {
  return {
    id: ctx.id,
    nodeID: ctx.nodeID,
    action: ctx.action?.name ?? null,
    eventName: ctx.eventName ?? null,
    eventType: ctx.eventType ?? null,
    eventGroups: ctx.eventGroups ?? null,
    requestID: ctx.requestID ?? null,
    parentID: ctx.parentID ?? null,
    level: ctx.level,
    caller: ctx.caller ?? null,
    tracing: ctx.tracing ?? null,
    timeout: ctx.options?.timeout ?? null,
    meta: ctx.meta,
    headers: ctx.headers ?? null,
    params: ctx.params,
  };
}
