import type { Assertion, CodeUnitTest } from './pattern-program.js';
import { readClassEscape, readUnitEscape } from './pattern-escapes.js';
import { PatternSyntaxError, Reader } from './pattern-reader.js';

/** What a pattern consists of, once read. */
export type PatternNode =
  | {
      readonly kind: 'unit';
      readonly test: CodeUnitTest;
      /** Comparisons it takes; default 1. */ readonly size?: number;
    }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

/** Deeper nesting is refused: reading goes as deep as the groups do. */
const MAX_DEPTH = 100;

/**
 * Reads the source of a regular expression without flags, as far as a pattern can contain one. There is never a `?` in it, hence no
 * lookaround, lazy quantifier or named group.
 *
 * @throws PatternSyntaxError where `new RegExp` would throw, and for references to groups, which no linear machine can follow
 */
export function parsePattern(source: string): PatternNode {
  const reader = new Reader(source);
  const node = readChoice(reader, 0);
  if (!reader.done) throw new PatternSyntaxError('unmatched )');
  return node;
}

function readChoice(reader: Reader, depth: number): PatternNode {
  if (depth > MAX_DEPTH) throw new PatternSyntaxError('groups nested too deep');
  const options = [readSequence(reader, depth)];
  while (reader.eat('|')) options.push(readSequence(reader, depth));
  return options.length === 1 ? options[0] : { kind: 'choice', options };
}

function readSequence(reader: Reader, depth: number): PatternNode {
  const parts: PatternNode[] = [];
  while (!reader.done && !reader.sees('|') && !reader.sees(')')) {
    const assertion = readAssertion(reader);
    parts.push(assertion ?? readRepeat(reader, readAtom(reader, depth)));
  }
  return { kind: 'sequence', parts };
}

function readAssertion(reader: Reader): PatternNode | null {
  if (reader.eat('^')) return { kind: 'assert', assertion: 'start' };
  if (reader.eat('$')) return { kind: 'assert', assertion: 'end' };
  if (reader.eat('\\b')) return { kind: 'assert', assertion: 'boundary' };
  if (reader.eat('\\B')) return { kind: 'assert', assertion: 'inside' };
  return null;
}

function readAtom(reader: Reader, depth: number): PatternNode {
  if (reader.sees('*') || reader.sees('+') || reader.peekCount() !== null) {
    throw new PatternSyntaxError('nothing to repeat');
  }
  if (reader.eat('(')) {
    const inner = readChoice(reader, depth + 1);
    if (!reader.eat(')')) throw new PatternSyntaxError('unterminated group');
    return inner;
  }
  if (reader.eat('[')) return readClass(reader);
  if (reader.eat('.')) return { kind: 'unit', test: isNoLineEnd };
  if (reader.eat('\\'))
    return { kind: 'unit', test: readClassEscape(reader) ?? equals(readUnitEscape(reader, false)) };
  return { kind: 'unit', test: equals(reader.take()) };
}

function readRepeat(reader: Reader, part: PatternNode): PatternNode {
  if (reader.eat('*')) return { kind: 'repeat', part, min: 0, max: Infinity };
  if (reader.eat('+')) return { kind: 'repeat', part, min: 1, max: Infinity };
  const count = reader.peekCount();
  if (count === null) return part;
  if (count.min > count.max) throw new PatternSyntaxError('numbers out of order');
  reader.skip(count.length);
  return { kind: 'repeat', part, min: count.min, max: count.max };
}

/** The rest of `[…]`; `[` is read. */
function readClass(reader: Reader): PatternNode {
  const negated = reader.eat('^');
  const tests: CodeUnitTest[] = [];
  while (!reader.eat(']')) {
    const from = readClassAtom(reader);
    if (!reader.sees('-') || reader.sees('-]')) tests.push(asTest(from));
    else {
      reader.skip(1);
      addRange(tests, from, readClassAtom(reader));
    }
  }
  return { kind: 'unit', test: (unit) => tests.some((test) => test(unit)) !== negated, size: tests.length };
}

function readClassAtom(reader: Reader): number | CodeUnitTest {
  if (reader.done) throw new PatternSyntaxError('unterminated class');
  if (!reader.eat('\\')) return reader.take();
  return readClassEscape(reader) ?? readUnitEscape(reader, true);
}

/** `a-z`; with `\d` or the like at an end, both ends and the hyphen itself. */
function addRange(tests: CodeUnitTest[], from: number | CodeUnitTest, to: number | CodeUnitTest): void {
  if (typeof from !== 'number' || typeof to !== 'number') {
    tests.push(asTest(from), asTest('-'.charCodeAt(0)), asTest(to));
    return;
  }
  if (from > to) throw new PatternSyntaxError('range out of order');
  tests.push((unit) => unit >= from && unit <= to);
}

function asTest(atom: number | CodeUnitTest): CodeUnitTest {
  return typeof atom === 'number' ? equals(atom) : atom;
}

function equals(wanted: number): CodeUnitTest {
  return (unit) => unit === wanted;
}

/** What `.` means: line feed, carriage return, line and paragraph separator are excepted. */
function isNoLineEnd(unit: number): boolean {
  return unit !== 10 && unit !== 13 && unit !== 0x2028 && unit !== 0x2029;
}
