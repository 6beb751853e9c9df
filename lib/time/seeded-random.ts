import type { RandomSource } from './sources.js';

/** 2^32 */
const RANGE = 4294967296;

/**
 * Numbers that look random and are the same for the same seed, in every process. Good enough for faults and jitter, not for secrets.
 *
 * @param stream names a sequence of its own: what one part draws does not change what another gets
 */
export function seededRandom(seed: number, stream = ''): RandomSource {
  let state = mixed(`${seed}/${stream}`);
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / RANGE;
  };
}

/** The first 24 characters of a UUID, for `counterIds`. */
export function seededPrefix(random: RandomSource): string {
  const hex = (length: number) =>
    Math.floor(random() * 16 ** length)
      .toString(16)
      .padStart(length, '0');
  return `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-`;
}

/** FNV-1a with a last stir: neighbouring seeds begin far apart. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
