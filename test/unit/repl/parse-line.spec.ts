import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../lib/repl/parse-line.js';
import { UsageError } from '../../../lib/repl/usage.error.js';

const blank = fc.constantFrom(' ', '  ', '\t');

describe('a line', () => {
  it('is split at blanks', () => {
    const word = fc.stringMatching(/^[^\s'"{[]+$/);
    fc.assert(
      fc.property(fc.array(word), blank, (words, between) => {
        expect(parseLine(`${between}${words.join(between)} `)).toEqual(words);
      }),
    );
  });

  it('gives back any texts in single quotes', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((s) => !s.includes("'"));
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        expect(parseLine(texts.map((t) => `'${t}'`).join(' '))).toEqual(texts);
      }),
    );
  });

  it('gives back any texts in double quotes, where a backslash protects quotes and itself', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const quoted = texts.map((t) => `"${t.replace(/["\\]/g, '\\$&')}"`);
        expect(parseLine(quoted.join(' '))).toEqual(texts);
      }),
    );
  });

  it('keeps JSON objects and lists whole, bare and after a flag', () => {
    const json = fc
      .oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))
      .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, 1)));
    fc.assert(
      fc.property(json, (text) => {
        expect(parseLine(`call a ${text} --b=${text} --c ${text} d`)).toEqual([
          'call',
          'a',
          text,
          `--b=${text}`,
          '--c',
          text,
          'd',
        ]);
      }),
    );
  });

  it('is either split or refused as wrongly typed, whatever it holds', () => {
    const odd = fc.string({ unit: fc.constantFrom('"', "'", '{', '}', '[', ']', '\\', ' ', '-', '=', 'a') });
    fc.assert(
      fc.property(odd, (line) => {
        try {
          parseLine(line);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });

  it('joins what stands together', () => {
    expect(parseLine(`a'b c'd"e f" --x="1 2"`)).toEqual(['ab cde f', '--x=1 2']);
  });

  it('takes JSON without its end up to the end of the line', () => {
    expect(parseLine('call a {"b": [1, 2')).toEqual(['call', 'a', '{"b": [1, 2']);
  });

  it('names the quote that is not closed', () => {
    expect(() => parseLine(`call a "b`)).toThrow(new UsageError('the quote " is not closed'));
    expect(() => parseLine(`call a 'b\\`)).toThrow("the quote ' is not closed");
  });
});
