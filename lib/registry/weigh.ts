/** bytes that a value takes in memory besides its characters, about */
const VALUE = 40;

/**
 * The memory that a value from the wire takes, estimated in bytes; `Infinity` if it is nested deeper than `depth`, as a circle is.
 * Stops counting beyond `enough`.
 */
export function weigh(value: unknown, depth: number, enough = Infinity): number {
  if (typeof value === 'string') return VALUE + 2 * value.length;
  if (typeof value !== 'object' || value === null) return VALUE;
  if (depth <= 0) return Infinity;
  if (ArrayBuffer.isView(value)) return VALUE + value.byteLength;
  return Array.isArray(value) ? ofList(value, depth - 1, enough) : ofMap(value, depth - 1, enough);
}

function ofList(list: readonly unknown[], depth: number, enough: number): number {
  let sum = VALUE;
  for (const item of list) {
    if (sum > enough) break;
    sum += weigh(item, depth, enough - sum);
  }
  return sum;
}

function ofMap(map: object, depth: number, enough: number): number {
  let sum = VALUE;
  for (const key of Object.keys(map)) {
    if (sum > enough) break;
    sum += 2 * key.length + weigh((map as Record<string, unknown>)[key], depth, enough - sum);
  }
  return sum;
}
