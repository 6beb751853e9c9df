import moleculer from 'moleculer14';
import { moleculerContender } from './moleculer.mjs';

export const contender = moleculerContender(moleculer);
