import type { RandomSource } from './sources.js';

/** The default of `MOLECULER_RANDOM`. */
export const systemRandom: RandomSource = () => Math.random();
