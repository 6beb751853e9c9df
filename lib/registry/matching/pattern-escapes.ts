import { isWordUnit, type CodeUnitTest } from './pattern-program.js';
import { PatternSyntaxError, type Reader } from './pattern-reader.js';

/** What may follow a backslash in a regular expression without flags; the backslash itself is read. */

const CLASSES: Readonly<Record<string, CodeUnitTest>> = {
  d: isDecimal,
  D: (unit) => !isDecimal(unit),
  s: isSpace,
  S: (unit) => !isSpace(unit),
  w: isWordUnit,
  W: (unit) => !isWordUnit(unit),
};

const CONTROLS: Readonly<Record<string, number>> = { f: 12, n: 10, r: 13, t: 9, v: 11 };

const BACKSLASH = 92;
const BACKSPACE = 8;

/** `\d`, `\W` …, or null if something else comes. */
export function readClassEscape(reader: Reader): CodeUnitTest | null {
  for (const letter in CLASSES) if (reader.eat(letter)) return CLASSES[letter];
  return null;
}

/** An escape that stands for one code unit. */
export function readUnitEscape(reader: Reader, inClass: boolean): number {
  if (inClass && reader.eat('b')) return BACKSPACE;
  for (const letter in CONTROLS) if (reader.eat(letter)) return CONTROLS[letter];
  if (reader.sees('c')) return readControl(reader, inClass);
  if (reader.eat('x')) return readHex(reader, 2) ?? 'x'.charCodeAt(0);
  if (reader.eat('u')) return readHex(reader, 4) ?? 'u'.charCodeAt(0);
  const digits = reader.peekDigits(10, Infinity);
  if (digits === '') return reader.take();
  if (!inClass && digits[0] !== '0' && Number(digits) <= reader.countGroups()) {
    throw new PatternSyntaxError('references to groups are not followed');
  }
  return readOctal(reader);
}

/** `\cA`; where no letter follows, the backslash stands for itself and `c` comes next. */
function readControl(reader: Reader, inClass: boolean): number {
  reader.skip(1);
  const unit = reader.take();
  const letter = (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
  if (letter || (inClass && isWordUnit(unit))) return unit % 32;
  reader.skip(-2);
  return BACKSLASH;
}

function readHex(reader: Reader, length: number): number | null {
  const digits = reader.peekDigits(16, length);
  if (digits.length < length) return null;
  reader.skip(length);
  return Number.parseInt(digits, 16);
}

/** Up to `\377`; 8 and 9 stand for themselves. */
function readOctal(reader: Reader): number {
  const first = reader.peekDigits(8, 1);
  if (first === '') return reader.take();
  const digits = reader.peekDigits(8, first <= '3' ? 3 : 2);
  reader.skip(digits.length);
  return Number.parseInt(digits, 8);
}

function isDecimal(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** `trim` removes exactly what `\s` means. */
function isSpace(unit: number): boolean {
  return String.fromCharCode(unit).trim() === '';
}
