import { expected, unknownOption } from '../../messages/options.messages.js';
import { describeValue } from './describe-value.js';
import { nearestNames } from './did-you-mean.js';
import { reject, siteBelow } from './rule.js';
import type { Rule, RuleSite } from './rule.js';
import { isRecord } from './value.rules.js';

/** One rule for each option of an object. */
export type Fields<T> = { readonly [K in keyof T]-?: Rule<T[K]> };

/** Finds where else a misplaced option belongs: full paths. */
export type PathsOf = (name: string) => readonly string[];

/** What a shape knows besides its options. */
export interface ShapeSurroundings {
  /** Where an option that does not belong here might. */
  elsewhere: PathsOf;
  /** Options that are looked at, but are no part of the result and not listed as allowed. */
  aside?: ReadonlyMap<string, Rule<unknown>>;
}

const NO_OPTIONS: ReadonlyMap<string, Rule<unknown>> = new Map();

/** An object with these options and no others. */
export function shape<T extends object>(
  fields: Fields<T>,
  { elsewhere, aside = NO_OPTIONS }: ShapeSurroundings,
): Rule<T> {
  const known = new Map(Object.entries<Rule<unknown>>(fields as Record<string, Rule<unknown>>));
  const rule = (value: unknown, site: RuleSite): T => {
    const given = value === undefined ? {} : value;
    if (!isRecord(given)) {
      reject(site, describeValue(given, site.path), expected('an object'));
      return checkFields(known, {}, site) as T;
    }
    for (const key of Object.keys(given)) {
      if (known.has(key)) continue;
      const below = siteBelow(site, key);
      const asideRule = aside.get(key);
      if (asideRule) asideRule(given[key], below);
      else reject(below, describeValue(given[key], below.path), unknownHere(key, known, aside, elsewhere));
    }
    return checkFields(known, given, site) as T;
  };
  return Object.assign(rule, { fields: known });
}

function checkFields(
  known: ReadonlyMap<string, Rule<unknown>>,
  given: Record<string, unknown>,
  site: RuleSite,
): object {
  const checked: Record<string, unknown> = {};
  for (const [key, rule] of known) checked[key] = rule(given[key], siteBelow(site, key));
  return checked;
}

function unknownHere(
  key: string,
  known: ReadonlyMap<string, unknown>,
  aside: ReadonlyMap<string, unknown>,
  elsewhere: PathsOf,
): string {
  const nearest = nearestNames(key, [...known.keys(), ...aside.keys()]);
  return unknownOption(nearest, elsewhere(key), [...known.keys()]);
}
