import { expectedNumber, inSeconds } from '../../messages/options.messages.js';
import { describeValue } from './describe-value.js';
import { reject } from './rule.js';
import type { Rule } from './rule.js';

/** The longest time a timer of Node can run, ms: about 24.8 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

interface NumberLimits {
  /** What a good value is, in words, for the message. */
  what: string;
  min: number;
  max: number;
  integer?: boolean;
  /** At or above this the value is taken for milliseconds. */
  surelyMilliseconds?: number;
}

/** A time in ms from `min` (default 0). */
export function milliseconds(byDefault: number, min = 0): Rule<number> {
  return number(byDefault, {
    what: `a time in milliseconds, ${range(min, LONGEST_TIMER)}`,
    min,
    max: LONGEST_TIMER,
  });
}

/**
 * A time in seconds.
 *
 * @param surelyMilliseconds nobody means so many seconds here
 */
export function seconds(byDefault: number, surelyMilliseconds: number, zeroAllowed = false): Rule<number> {
  const max = Math.floor(LONGEST_TIMER / 1000);
  const min = zeroAllowed ? 0 : Number.MIN_VALUE;
  const what = `a time in seconds, ${zeroAllowed ? `0 to ${max}` : `more than 0 and up to ${max}`}`;
  return number(byDefault, { what, min, max, surelyMilliseconds });
}

/** A whole number from `min`, and to `max` if that is given. */
export function count(byDefault: number, min = 0, unit = '', max = Number.MAX_SAFE_INTEGER): Rule<number> {
  const allowed = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : range(min, max);
  return number(byDefault, {
    what: `a whole number${unit && ` of ${unit}`}, ${allowed}`,
    min,
    max,
    integer: true,
  });
}

/** A number from `min` to `max`. */
export function ratio(byDefault: number, min: number, max: number): Rule<number> {
  return number(byDefault, { what: `a number, ${range(min, max)}`, min, max });
}

/** The rule, or nothing where the value is `null` or not given. */
export function optional<T>(rule: Rule<T>): Rule<T | null> {
  return (value, site) => (value === undefined || value === null ? null : rule(value, site));
}

function number(byDefault: number, limits: NumberLimits): Rule<number> {
  return (value, site) => {
    if (value === undefined) return byDefault;
    const message = complaint(value, limits);
    if (message === null) return value as number;
    reject(site, describeValue(value, site.path), message);
    return byDefault;
  };
}

function complaint(value: unknown, limits: NumberLimits): string | null {
  if (typeof value !== 'number') return expectedNumber(limits.what, numberIn(value));
  const { min, max, integer, surelyMilliseconds = Infinity } = limits;
  if (Number.isFinite(value) && value >= surelyMilliseconds) return inSeconds(value);
  const good = value >= min && value <= max && (!integer || Number.isInteger(value));
  return good ? null : expectedNumber(limits.what, null);
}

/** Environment variables are strings. */
function numberIn(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? String(parsed) : null;
}

function range(min: number, max: number): string {
  return `${min} to ${max}`;
}
