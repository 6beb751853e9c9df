import { describe, expect, it } from 'vitest';
import { printable, quoted } from '../../../lib/messages/log.messages.js';

describe('a name that another node chose', () => {
  it.each([
    ['node-1', "'node-1'"],
    ['žluťoučký 節點 🙂', "'žluťoučký 節點 🙂'"],
    ['a\nERROR all is lost', "'a\\u000aERROR all is lost'"],
    ['\u001b[2J\u0007', "'\\u001b[2J\\u0007'"],
    ['abc\u202edcba', "'abc\\u202edcba'"],
    ['a\u2028b\ud800', "'a\\u2028b\\ud800'"],
  ])('%j is told as %s', (name, told) => expect(quoted(name)).toBe(told));

  it('is told in part if it is long', () => {
    expect(quoted('x'.repeat(1_000_000))).toBe(`'${'x'.repeat(80)}…'`);
    expect(printable('abcdef', 3)).toBe('abc…');
  });
});
