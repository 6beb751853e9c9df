import moleculer from 'moleculer15';
import { moleculerContender } from './moleculer.mjs';

/** With the time limit that is nestjs-moleculer's default; Moleculer's own is none. */
export const contender = moleculerContender(moleculer, { requestTimeout: 30_000 });
