import { quoteOpen } from '../messages/repl.messages.js';
import { UsageError } from './usage.error.js';

/**
 * Splits a line at blanks, as a shell does: `'…'` is taken as it stands, in `"…"` a backslash protects `"` and `\`. JSON at the start of a
 * word or after `--name=` stays whole with its quotes and blanks; if its brackets do not match, it goes on to the end of the line.
 *
 * @throws UsageError a quote is not closed
 */
export function parseLine(line: string): string[] {
  const words: string[] = [];
  let at = skipBlanks(line, 0);
  while (at < line.length) {
    const { word, end } = readWord(line, at);
    words.push(word);
    at = skipBlanks(line, end);
  }
  return words;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line[at] as string)) at++;
  return at;
}

function isBlank(char: string): boolean {
  return char.trim() === '';
}

function readWord(line: string, start: number): { word: string; end: number } {
  let word = '';
  let at = start;
  while (at < line.length) {
    const char = line[at] as string;
    if (isBlank(char)) break;
    let end = at + 1;
    if ((char === '{' || char === '[') && (at === start || /^--[^=]+=$/.test(word))) {
      end = endOfJson(line, at);
      word += line.slice(at, end);
    } else if (char === "'" || char === '"') {
      end = endOfQuote(line, at, char === '"');
      const inside = line.slice(at + 1, end - 1);
      word += char === '"' ? inside.replace(/\\(["\\])/g, '$1') : inside;
    } else {
      word += char;
    }
    at = end;
  }
  return { word, end: at };
}

/** The place after the bracket that closes the one at `start`; the end of the line if there is none. */
function endOfJson(line: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < line.length; at++) {
    const char = line[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
  }
  return line.length;
}

function endOfQuote(line: string, start: number, escapes: boolean): number {
  const quote = line[start] as string;
  for (let at = start + 1; at < line.length; at++) {
    if (escapes && line[at] === '\\') at++;
    else if (line[at] === quote) return at + 1;
  }
  throw new UsageError(quoteOpen(quote));
}
