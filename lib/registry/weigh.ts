/** bytes, about */
const PLACE = 8;
const TEXT = 24;
const OBJECT = 32;

/**
 * The memory that a value from the wire takes, estimated in bytes; `Infinity` if it is nested deeper than `depth`, as a circle is.
 * Stops counting beyond `enough`.
 */
export function weigh(value: unknown, depth: number, enough = Infinity): number {
  if (typeof value === 'string') return TEXT + value.length;
  if (typeof value !== 'object' || value === null) return PLACE;
  if (depth <= 0) return Infinity;
  if (ArrayBuffer.isView(value)) return OBJECT + value.byteLength;
  return Array.isArray(value) ? ofList(value, depth - 1, enough) : ofMap(value, depth - 1, enough);
}

function ofList(list: readonly unknown[], depth: number, enough: number): number {
  let sum = OBJECT;
  for (const item of list) {
    if (sum > enough) break;
    sum += weigh(item, depth, enough - sum);
  }
  return sum;
}

function ofMap(map: object, depth: number, enough: number): number {
  let sum = OBJECT;
  for (const key of Object.keys(map)) {
    if (sum > enough) break;
    sum += PLACE + key.length + weigh((map as Record<string, unknown>)[key], depth, enough - sum);
  }
  return sum;
}
