import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { moduleRule, resolveOptions } from '../../../lib/options/resolve-options.js';
import { MOLECULER_ONLY } from '../../../lib/options/rules/moleculer-only.rules.js';
import type { OptionProblem, Rule } from '../../../lib/options/rules/rule.js';

/** Every object of options with its path and the names it knows. */
function levels(rule: Rule<unknown>, path: string[] = []): { path: string[]; names: string[] }[] {
  if (!rule.fields) return [];
  const below = [...rule.fields].flatMap(([name, field]) => levels(field, [...path, name]));
  return [{ path, names: [...rule.fields.keys()] }, ...below];
}

const LEVELS = levels(moduleRule() as Rule<unknown>);

function optionsWith(path: readonly string[], key: string): object {
  const inner = Object.fromEntries([[key, 1]]);
  return path.reduceRight<object>((value, name) => ({ [name]: value }), inner);
}

function problemsOf(options: object): OptionProblem[] {
  try {
    resolveOptions(options, () => {});
  } catch (error) {
    return (error as BrokerOptionsError).data as OptionProblem[];
  }
  return [];
}

const level = fc.constantFrom(...LEVELS);
const aside = [...MOLECULER_ONLY.keys(), 'name', 'isGlobal'];

type Slip = (word: string, at: number, letter: string) => string;
const slips: Slip[] = [
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at, letter) => word.slice(0, at) + letter + word.slice(at),
  (word, at, letter) => word.slice(0, at) + letter + word.slice(at + 1),
  (word, at) => word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
];

describe('unknown options', () => {
  it('are looked for in every object of options', () => {
    expect(LEVELS.map(({ path }) => path.join('.'))).toEqual([
      '',
      'transit',
      'registry',
      'registry.discoverer',
      'registry.discoverer.options',
      'tracking',
      'globalEnhancers',
      'retryPolicy',
      'circuitBreaker',
      'bulkhead',
    ]);
  });

  it('are refused at every level, whatever they are called', () => {
    const strange = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'valueOf'));
    fc.assert(
      fc.property(level, strange, ({ path, names }, key) => {
        fc.pre(!names.includes(key) && !(path.length === 0 && aside.includes(key)));
        const problems = problemsOf(optionsWith(path, key));
        expect(problems.map(({ option }) => option)).toContain([...path, key].join('.'));
      }),
    );
  });

  it('suggest the option that is one slip away', () => {
    const position = fc.nat({ max: 30 });
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABC_1');
    fc.assert(
      fc.property(
        level,
        fc.nat(),
        fc.constantFrom(...slips),
        position,
        letter,
        ({ path, names }, pick, slip, at, char) => {
          const meant = names[pick % names.length]!;
          const typo = slip(meant, at % meant.length, char);
          fc.pre(!names.includes(typo) && !(path.length === 0 && aside.includes(typo)));
          const found = problemsOf(optionsWith(path, typo)).find(
            ({ option }) => option === [...path, typo].join('.'),
          );
          const suggestion = found!.message.slice(0, found!.message.indexOf('Allowed here'));
          expect(suggestion).toContain(`'${meant}'`);
        },
      ),
    );
  });

  it('suggest the place of an option that stands at the wrong level', () => {
    expect(problemsOf({ stopDelay: 5 })[0]?.message).toContain("did you mean 'registry.stopDelay'?");
    expect(problemsOf({ registry: { cleanOfflineNodesTimeout: 5 } })[0]?.message).toContain(
      "did you mean 'registry.discoverer.options.cleanOfflineNodesTimeout'?",
    );
  });

  it('list what is allowed', () => {
    expect(problemsOf({ tracking: { shutdown: 5 } })[0]?.message).toContain(
      'Allowed here: enabled, shutdownTimeout.',
    );
  });

  it('of Moleculer without meaning here are suggested, too', () => {
    expect(problemsOf({ loger: true })[0]?.message).toContain("'logger'");
  });
});
