import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMatcher } from '../../../lib/registry/matching/event-pattern.js';

const { match } = (
  createRequire(import.meta.url)('moleculer15') as {
    Utils: { match(text: string, pattern: string): boolean };
  }
).Utils;

/** Moleculer's word on it; where it throws, the pattern is no pattern. */
function moleculerSays(text: string, pattern: string): boolean {
  try {
    return match(text, pattern);
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
        expect(compileMatcher(pattern)(name)).toBe(moleculerSays(name, pattern));
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

  it.each([
    ['a reference to a group', '(a)\\1*', 'aa'],
    ['counts that would fill the memory', '((a{999}){999}){999}*', 'a'],
    ['counts of nothing', '((){99999999}){99999999}*', 'a'],
    ['groups nested without end', '('.repeat(50_000) + 'a*' + ')'.repeat(50_000), 'a'],
    ['a pattern of a megabyte', 'a?'.repeat(500_000), 'a'],
  ])('%s matches nothing and does no harm', (_what, pattern, name) => {
    expect(compileMatcher(pattern)(name)).toBe(false);
  });
});
