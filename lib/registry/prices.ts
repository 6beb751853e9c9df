import { needsProgram } from './matching/event-pattern.js';

/** What things take in memory, or cost in time as if it were memory; bytes, about. They add up to `registry.maxAnnouncedSize`. */

/** A service in the list of one node, or of nodes that announce the same. */
export const SERVICE = 800;

/** An action or event there. */
export const ENTRY = 200;

/** An action's list of endpoints, whoever has it. */
export const ACTION_LIST = 1000;

/** One more node that listens to an event. */
export const LISTENER = 100;

/** A group and pattern that every new event name is compared with, whoever has it. */
const EVENT_LIST = 10_000;
const PROGRAM = 20_000;
const PROGRAM_CHARACTER = 2_000;

export function priceOfPattern(pattern: string): number {
  return needsProgram(pattern) ? EVENT_LIST + PROGRAM + PROGRAM_CHARACTER * pattern.length : EVENT_LIST;
}
