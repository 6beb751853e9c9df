import { messageOf } from '../../errors/thrown.js';
import { expected, expectedOneOf, noSpaces } from '../../messages/options.messages.js';
import { describeValue } from './describe-value.js';
import { nearestNames } from './did-you-mean.js';
import { reject } from './rule.js';
import type { Rule } from './rule.js';

export function boolean(byDefault: boolean): Rule<boolean> {
  return (value, site) => {
    if (value === undefined) return byDefault;
    if (typeof value === 'boolean') return value;
    reject(site, describeValue(value, site.path), expectedOneOf([true, false]));
    return byDefault;
  };
}

export function oneOf<T extends string>(allowed: readonly T[], byDefault: T): Rule<T> {
  return (value, site) => {
    if (value === undefined) return byDefault;
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const nearest =
      typeof value === 'string' || typeof value === 'number' ? nearestNames(String(value), allowed) : [];
    reject(site, describeValue(value, site.path), expectedOneOf(allowed, nearest));
    return byDefault;
  };
}

/** A function, taken as it is: only its caller knows what it takes and returns. */
export function callback<F>(byDefault: F): Rule<F> {
  return (value, site) => {
    if (value === undefined || (value === null && byDefault === null)) return byDefault;
    if (typeof value === 'function') return value as F;
    reject(
      site,
      describeValue(value, site.path),
      expected(byDefault === null ? 'a function or null' : 'a function'),
    );
    return byDefault;
  };
}

/** Part of topic names: no spaces, no control characters. `null` and nothing give the default. */
export function topicPart<D extends string | null>(byDefault: D): Rule<string | D> {
  return (value, site) => {
    if (value === undefined || value === null || value === byDefault) return byDefault;
    if (typeof value === 'string' && value !== '' && !/[\s\p{Cc}]/u.test(value)) return value;
    const hint = byDefault === null ? '; leave it out for one made at start' : '';
    reject(site, describeValue(value, site.path), noSpaces(hint));
    return byDefault;
  };
}

/** Keys and values as the user likes. The result is a copy of the first level. */
export function freeForm(): Rule<Readonly<Record<string, unknown>>> {
  return (value, site) => {
    if (value === undefined) return {};
    if (isRecord(value)) return { ...value };
    reject(site, describeValue(value, site.path), expected('an object'));
    return {};
  };
}

/** As `freeForm`, of values that can be told to other nodes: a circle or a BigInt would make every announcement fail. */
export function sendableForm(): Rule<Readonly<Record<string, unknown>>> {
  const form = freeForm();
  return (value, site) => {
    const result = form(value, site);
    try {
      JSON.stringify(result);
      return result;
    } catch (error) {
      reject(
        site,
        describeValue(value, site.path),
        expected(`values that survive JSON (${messageOf(error)})`),
      );
      return {};
    }
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
