import type { Endpoint } from './endpoint.js';

/** The position of the next endpoint to serve, carried by the array itself: looked up without a map, gone with the array. */
const CURSOR = Symbol('cursor');

type WithCursor = { [CURSOR]?: number };

/** Where the list stands: an index, 0 at first; one past the end means the beginning. */
export function readCursor(list: readonly Endpoint[]): number {
  return (list as WithCursor)[CURSOR] ?? 0;
}

export function writeCursor(list: readonly Endpoint[], next: number): void {
  (list as WithCursor)[CURSOR] = next;
}

/**
 * Gives a rebuilt list the place of its predecessor: next is the first endpoint, from the old place on, that is still there. So nodes
 * that stay are served in turn however many others come and go, as long as both lists have them in the same order.
 */
export function carryCursor(from: readonly Endpoint[], to: readonly Endpoint[]): void {
  if (from.length === 0 || to.length === 0) return;
  const places = new Map<string, number>();
  for (let i = 0; i < to.length; i++) places.set(to[i].nodeID, i);
  const start = readCursor(from);
  for (let i = 0; i < from.length; i++) {
    const place = places.get(from[(start + i) % from.length].nodeID);
    if (place !== undefined) return writeCursor(to, place);
  }
}
