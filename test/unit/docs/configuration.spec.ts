import { describe, expect, it } from 'vitest';
import { moduleRule, resolveOptions } from '../../../lib/options/resolve-options.js';
import type { Rule } from '../../../lib/options/rules/rule.js';
import { MOLECULER_ONLY } from '../../../lib/options/rules/moleculer-only.rules.js';
import { optionRows, optionTables, withTables } from '../../../scripts/options-table.mjs';
import { readPage } from '../../support/snippets.js';

interface Row {
  path: string;
  byDefault: string;
  meaning: string;
  built: boolean;
}

const rows: Row[] = optionRows();

/** Paths of all options that are no mere section. */
function leaves(rule: Rule<unknown>, prefix = ''): string[] {
  return [...(rule.fields ?? [])].flatMap(([key, below]) =>
    below.fields ? leaves(below, `${prefix}${key}.`) : [prefix + key],
  );
}

/** The value that a literal in a `@default` stands for; undefined where it is told in words. */
function literal(text: string): unknown {
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the option is without being given, parts by their name. */
function resolved(path: string): unknown {
  const value = path.split('.').reduce<unknown>(
    (at, key) => (at as Record<string, unknown>)[key],
    resolveOptions({}, () => {}),
  );
  const { kind, type } = (value ?? {}) as { kind?: string; type?: string };
  return kind === 'named' ? type : value;
}

describe('docs/configuration.md', () => {
  it('has the tables that the types make; `node scripts/options-table.mjs` writes them', async () => {
    expect(await withTables(readPage('docs/configuration.md'))).toBe(readPage('docs/configuration.md'));
  });

  it('has each option that is checked at start, and no other', () => {
    const toCome = rows.filter(({ built }) => !built).map(({ path }) => path);
    const checked = leaves(moduleRule()).filter((path) => !toCome.includes(path.split('.')[0]));
    const paths = rows.filter(({ built }) => built).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(checked));
    // Beyond these only sections that may be given whole.
    const sections = paths.filter((path) => !checked.includes(path));
    for (const section of sections) {
      expect(
        checked.filter((path) => path.startsWith(`${section}.`)),
        section,
      ).not.toEqual([]);
    }
    for (const path of toCome) expect([...(moduleRule().fields ?? new Map()).keys()]).toContain(path);
  });

  it('tells the defaults that hold', () => {
    let compared = 0;
    for (const { path, byDefault, built } of rows) {
      const value = literal(byDefault);
      // `true` and 'Local' there stand for a whole section or part.
      if (!built || value === undefined) continue;
      if (['validator', 'registry.discoverer', 'globalEnhancers'].includes(path)) continue;
      expect(resolved(path), path).toEqual(value);
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
    expect(resolved('validator')).toBe('Fastest');
  });

  it('says something of every option', () => {
    for (const { path, meaning, byDefault } of rows) {
      expect(meaning, path).not.toBe('');
      if (!meaning.startsWith('Not built yet')) expect(byDefault, path).not.toBe('');
    }
    for (const name of MOLECULER_ONLY.keys()) expect(optionTables().meaningless).toContain(`| \`${name}\` |`);
  });
});
