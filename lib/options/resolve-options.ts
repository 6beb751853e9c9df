import { BrokerOptionsError } from '../errors/broker.error.js';
import { invalidOptions, moduleExtra, timeoutNotLonger } from '../messages/options.messages.js';
import type { ResolvedOptions } from './resolved-options.js';
import { describeValue } from './rules/describe-value.js';
import { MOLECULER_ONLY } from './rules/moleculer-only.rules.js';
import { moduleFields } from './rules/module.rule.js';
import type { CheckedOptions } from './rules/module.rule.js';
import { reject } from './rules/rule.js';
import type { Rule, RuleSite } from './rules/rule.js';
import { shape } from './rules/shape.rule.js';

/** Given to `forRoot` and `forRootAsync` beside the options, where Nest's builder takes them out; a factory cannot return them. */
const misplacedExtra: Rule<undefined> = (value, site) => {
  reject(site, describeValue(value, site.path), moduleExtra(site.path));
  return undefined;
};

const ASIDE: ReadonlyMap<string, Rule<unknown>> = new Map([
  ...MOLECULER_ONLY,
  ['name', misplacedExtra],
  ['isGlobal', misplacedExtra],
]);

/**
 * Checks the options of the module and fills in the defaults. The options themselves are left as they are.
 *
 * @param raw What the user gave; `undefined` for none.
 * @param warn Hears, once an option, of options that have no effect here.
 * @throws BrokerOptionsError naming all that is wrong; `data` is the list `{ option, value, message }`.
 */
export function resolveOptions(raw: unknown, warn: (text: string) => void): ResolvedOptions {
  const site: RuleSite = { path: '', problems: [], warn };
  const checked = moduleRule()(raw, site);
  const resolved = joinHeartbeats(checked, site);
  if (site.problems.length > 0) throw new BrokerOptionsError(invalidOptions(site.problems), site.problems);
  return resolved;
}

/** The whole tree of options. */
export function moduleRule(): Rule<CheckedOptions> {
  const rule: Rule<CheckedOptions> = shape(moduleFields(elsewhere), { elsewhere, aside: ASIDE });
  function elsewhere(name: string): readonly string[] {
    return pathsOf(name, rule, '');
  }
  return rule;
}

/** Full paths of the options of this very name, at any level. */
function pathsOf(name: string, rule: Rule<unknown>, prefix: string): string[] {
  return [...(rule.fields ?? [])].flatMap(([key, below]) => [
    ...(key === name ? [prefix + key] : []),
    ...pathsOf(name, below, `${prefix}${key}.`),
  ]);
}

/** The discoverer's own heartbeats win; whichever counts must fit together. */
function joinHeartbeats(checked: CheckedOptions, site: RuleSite): ResolvedOptions {
  const { type, options } = checked.registry.discoverer;
  const heartbeatInterval = options.heartbeatInterval ?? checked.heartbeatInterval;
  const heartbeatTimeout = options.heartbeatTimeout ?? checked.heartbeatTimeout;
  if (heartbeatInterval > 0 && heartbeatTimeout <= heartbeatInterval) {
    const path =
      options.heartbeatTimeout === null ? 'heartbeatTimeout' : 'registry.discoverer.options.heartbeatTimeout';
    reject({ ...site, path }, String(heartbeatTimeout), timeoutNotLonger(heartbeatInterval));
  }
  const discoverer = { type, options: { ...options, heartbeatInterval, heartbeatTimeout } };
  return { ...checked, registry: { ...checked.registry, discoverer } };
}
