/** One thing wrong with the options. */
export interface OptionProblem {
  /** Path of the option, such as `transit.maxQueueSize`. */
  readonly option: string;
  /** The value as text, without credentials. */
  readonly value: string;
  readonly message: string;
}

/** Where a rule is applied, and where it writes what it finds. */
export interface RuleSite {
  /** Path of the option; '' for the whole. */
  readonly path: string;
  readonly problems: OptionProblem[];
  /** For what is no error; each text once. */
  readonly warn: (text: string) => void;
}

/**
 * Checks a value and returns what stands for it: `undefined` gives the default. A wrong value is written down in `site.problems`, and
 * the default returned, so that all problems of one configuration are found at once.
 */
export interface Rule<T> {
  (value: unknown, site: RuleSite): T;
  /** The options below this one, by name. */
  readonly fields?: ReadonlyMap<string, Rule<unknown>>;
}

/** Writes a problem down. */
export function reject(site: RuleSite, value: string, message: string): void {
  site.problems.push({ option: site.path, value, message });
}

export function siteBelow(site: RuleSite, key: string): RuleSite {
  return { ...site, path: site.path === '' ? key : `${site.path}.${key}` };
}
