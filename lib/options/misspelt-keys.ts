import { misspeltKey } from '../messages/explorer.messages.js';
import { nearestNames } from './rules/did-you-mean.js';

/** Shorter words are near to too much: `test` is no misspelt `rest`. */
const SHORTEST = 5;

/**
 * Tells of keys that are spelt nearly like a known one. Others are allowed here and announced as they are, so that nobody would
 * notice: such as `timout`, and the action has no timeout.
 */
export function tellMisspeltKeys(
  origin: string,
  options: object,
  known: Iterable<string>,
  warn: (text: string) => void,
): void {
  const names = [...known];
  for (const key of Object.keys(options)) {
    if (names.includes(key)) continue;
    const near = nearestNames(key, names).filter(
      (name) => key.length >= SHORTEST || name === key.toLowerCase(),
    );
    if (near.length > 0) warn(misspeltKey(origin, key, near));
  }
}
