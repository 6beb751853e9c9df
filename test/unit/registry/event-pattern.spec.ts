import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMatcher } from '../../../lib/registry/matching/event-pattern.js';

interface Moleculer {
  Utils: { match(text: string, pattern: string): boolean };
}
const load = createRequire(import.meta.url);
const { match } = (load('moleculer15') as Moleculer).Utils;
const { match: match14 } = (load('moleculer14') as Moleculer).Utils;

/** Moleculer's word on it; where it throws, the pattern is no pattern. */
function moleculerSays(text: string, pattern: string, says = match): boolean {
  try {
    return says(text, pattern);
  } catch {
    return false;
  }
}

function textOf(alphabet: string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...alphabet), { maxLength }).map((parts) => parts.join(''));
}

/** A digit after a backslash may refer to a group: such patterns are refused on purpose. */
const refersBack = /\\[1-9]/;

describe('event patterns', () => {
  it.each([
    ['user.created', 'user.created', true],
    ['user.created', 'user', false],
    ['user.created', 'user.*', true],
    ['user.created.now', 'user.*', false],
    ['user.created.now', 'user.**', true],
    ['user.', 'user.**', true],
    ['user', 'user.**', false],
    ['user', '*', true],
    ['user.created', '*', false],
    ['user.created', '**', true],
    ['', '**', true],
    ['user.created.now', 'user.*.now', true],
    ['user.now', 'user.*.now', false],
    ['user.a.b.now', 'user.**.now', true],
    ['$node.connected', '$node.*', true],
    ['$node.connected', '$node.?onnected', true],
    ['cat', 'c?t', true],
    ['caat', 'c?t', false],
  ])('%s with %s: %s', (name, pattern, fits) => {
    expect(compileMatcher(pattern)(name)).toBe(fits);
    expect(match(name, pattern)).toBe(fits);
  });

  it.each([
    ['user.created', 'user*', true],
    ['userXcreated', 'user.*ted', true],
    ['a+', 'a+', true],
    ['aa', 'a+?', true],
    ['a+', 'a+*', true],
    ['b', 'a*|b', true],
    ['x', '(*', false],
  ])("keeps Moleculer's oddity: %s with %s: %s", (name, pattern, fits) => {
    expect(compileMatcher(pattern)(name)).toBe(fits);
    expect(moleculerSays(name, pattern)).toBe(fits);
  });

  it('agrees with Moleculer on wildcards and plain characters', () => {
    const alphabet = ['a', 'b', '.', '*', '**', '?', '$', 'ab', 'a.b'];
    fc.assert(
      fc.property(textOf(['a', 'b', '.', '$', '*', '?'], 8), textOf(alphabet, 7), (name, pattern) => {
        const ours = compileMatcher(pattern)(name);
        expect(ours).toBe(moleculerSays(name, pattern));
        expect(ours).toBe(moleculerSays(name, pattern, match14));
      }),
      { numRuns: 10_000 },
    );
  });

  it('agrees with Moleculer on what regular expressions treat specially', () => {
    const names = textOf(['a', 'b', '1', '.', '-', '$', '^', '\\', '[', ']', '{', '(', ' ', '\n', '_'], 6);
    const patterns = textOf(
      [
        'a',
        'b',
        '.',
        '*',
        '?',
        '[',
        ']',
        '(',
        ')',
        '|',
        '+',
        '{1}',
        '{0,2}',
        '{',
        '}',
        '^',
        '$',
        '\\',
        '-',
        ',',
        '1',
        'd',
        'w',
        's',
        'c',
        'x41',
        '§',
      ],
      7,
    ).filter((pattern) => !refersBack.test(pattern));
    fc.assert(
      fc.property(names, patterns, fc.constantFrom('*', '?', ''), (name, pattern, wildcard) => {
        expect(compileMatcher(pattern + wildcard)(name)).toBe(moleculerSays(name, pattern + wildcard));
      }),
      { numRuns: 10_000 },
    );
  });

  it('agrees with Moleculer on any text', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 12 });
    fc.assert(
      fc.property(anything, anything, (name, pattern) => {
        fc.pre(!refersBack.test(pattern));
        expect(compileMatcher(pattern)(name)).toBe(moleculerSays(name, pattern));
        expect(compileMatcher(`${name}*`)(name)).toBe(moleculerSays(name, `${name}*`));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads each character of a name a bounded number of times', () => {
    // Exponential in a backtracking engine: 2^40 ways to cut the text.
    const name = 'a'.repeat(40) + '!';
    expect(compileMatcher('(a+)+*?b')(name)).toBe(false);
    expect(compileMatcher('**a'.repeat(20) + 'b')(name)).toBe(false);
  });

  it('gives the same answer however often it is asked', () => {
    const names = textOf(['a', 'b', '.'], 8);
    const patterns = textOf(['a', 'b', '.', '*', '**', '?', '(', ')', '|', '+'], 6);
    fc.assert(
      fc.property(patterns, fc.array(names, { minLength: 2, maxLength: 20 }), (pattern, asked) => {
        const matcher = compileMatcher(pattern);
        expect(asked.map(matcher)).toEqual(asked.map((name) => moleculerSays(name, pattern)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a reference to a group', '(a)\\1*', 'aa'],
    ['counts that would fill the memory', '((a{999}){999}){999}*', 'a'],
    ['counts of nothing', '((){99999999}){99999999}*', 'a'],
    ['groups nested without end', '('.repeat(50_000) + 'a*' + ')'.repeat(50_000), 'a'],
    ['a pattern of a megabyte', 'a?'.repeat(500_000), 'a'],
    ['a short pattern with a long program', 'a{5000}*?', 'a'.repeat(5001)],
    ['a long class, many times over', `**[${'ab'.repeat(200)}]{400}*`, 'ab'.repeat(250)],
  ])('%s matches nothing and does no harm', (_what, pattern, name) => {
    expect(compileMatcher(pattern)(name)).toBe(false);
  });
});
