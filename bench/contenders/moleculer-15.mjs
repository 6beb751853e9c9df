import moleculer from 'moleculer15';
import { moleculerContender } from './moleculer.mjs';

export const contender = moleculerContender(moleculer);
