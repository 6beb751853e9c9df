import { expected, meaninglessOption, notBuiltYet } from '../../messages/options.messages.js';
import { describeValue } from './describe-value.js';
import { reject } from './rule.js';
import type { Rule, RuleSite } from './rule.js';
import { isRecord } from './value.rules.js';

/** An option that this version takes only where it is off; it then gives `byDefault`. */
export function onlyOff<T>(isOff: (value: unknown) => boolean, byDefault: T, instead: string): Rule<T> {
  return (value, site) => {
    if (value !== undefined && !isOff(value)) {
      reject(site, describeValue(value, site.path), notBuiltYet(site.path, instead));
    }
    return byDefault;
  };
}

/** A section that is checked, but must not be enabled. */
export function disabledSection<T extends { enabled: boolean }>(section: Rule<T>): Rule<T> {
  const rule = (value: unknown, site: RuleSite): T => {
    const checked = section(value, site);
    if (checked.enabled) refuseEnabled(value, site);
    return checked.enabled ? { ...checked, enabled: false } : checked;
  };
  return Object.assign(rule, { fields: section.fields });
}

/** A section of which this version reads nothing but whether it is enabled: `false`, or an object without `enabled: true`. */
export function disabledFreeForm(): Rule<{ readonly enabled: false }> {
  return (value, site) => {
    if (value === true || (isRecord(value) && value['enabled'] === true)) refuseEnabled(value, site);
    else if (value !== undefined && value !== null && value !== false && !isRecord(value)) {
      reject(site, describeValue(value, site.path), expected('false or { enabled: false }'));
    }
    return { enabled: false };
  };
}

function refuseEnabled(value: unknown, site: RuleSite): void {
  reject(site, describeValue(value, site.path), notBuiltYet(site.path, '{ enabled: false }'));
}

/** An option of Moleculer without meaning here: anything goes, and is said to have no effect. */
export function meaningless(instead: string): Rule<undefined> {
  return (value, site) => {
    if (value !== undefined && value !== null) site.warn(meaninglessOption(site.path, instead));
    return undefined;
  };
}
