import { compilePattern } from './pattern-compiler.js';
import { PatternMachine, type Instruction } from './pattern-program.js';
import { PatternSyntaxError } from './pattern-reader.js';

/** Whether an event name fits a subscription. */
export type EventMatcher = (name: string) => boolean;

const never: EventMatcher = () => false;

/** No wildcard in it: fits the equal name only, so it can be looked up. */
export function isPlainName(pattern: string): boolean {
  return !pattern.includes('*') && !pattern.includes('?');
}

/**
 * Compiles a pattern to a matcher that says what Moleculer's `utils.match` says: `*` is anything without a dot, `**` anything, `?` one
 * character. Its oddities are kept, since both sides must agree on who receives an event: `user*` takes `user.created`; and in a
 * pattern with `?`, or with a star elsewhere than at its end, all other characters mean what they mean in a regular expression (the
 * dot is any character).
 *
 * Patterns come from other nodes. Matching takes no longer than pattern length times name length; what is not a valid regular
 * expression, refers back to groups or is too big matches nothing (Moleculer throws on every emit, or takes for ever).
 */
export function compileMatcher(pattern: string): EventMatcher {
  if (isPlainName(pattern)) return (name) => name === pattern;
  if (!pattern.includes('?')) {
    const tail = matcherOfTail(pattern);
    if (tail !== null) return tail;
  }
  const program = compileOrNull(regularExpressionOf(pattern));
  if (program === null) return never;
  const machine = new PatternMachine(program);
  return (name) => machine.accepts(name);
}

/** Whether a matcher must read the name with a program: the pattern has more than one wildcard at its end. */
export function needsProgram(pattern: string): boolean {
  return !isPlainName(pattern) && (pattern.includes('?') || matcherOfTail(pattern) === null);
}

function compileOrNull(source: string): readonly Instruction[] | null {
  try {
    return compilePattern(source);
  } catch (error) {
    if (error instanceof PatternSyntaxError) return null;
    throw error;
  }
}

/** Patterns whose only wildcard is at the end; their other characters are plain ones. */
function matcherOfTail(pattern: string): EventMatcher | null {
  const star = pattern.indexOf('*');
  if (star === pattern.length - 2 && pattern.endsWith('**')) {
    const prefix = pattern.slice(0, -2);
    return (name) => name.startsWith(prefix);
  }
  if (star !== pattern.length - 1) return null;
  const prefix = pattern.slice(0, -1);
  // Dots are looked for one place further on than one would think: Moleculer counts from the length of the pattern, star included.
  const from = prefix === '' ? 0 : pattern.length;
  return (name) => name.startsWith(prefix) && name.indexOf('.', from) === -1;
}

function regularExpressionOf(pattern: string): string {
  const escaped = pattern.startsWith('$') ? `\\${pattern}` : pattern;
  const source = escaped
    .replaceAll('?', '.')
    .replaceAll('**', '§§§')
    .replaceAll('*', '[^\\.]*')
    .replaceAll('§§§', '.*');
  return `^${source}$`;
}
