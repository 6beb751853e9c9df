import type { ReplCommand, Session } from './command.js';
import { findCommand } from './help.command.js';

/** Completes the last word of the line: whole lines, as Moleculer's prompt gives them. */
export function completeLine(
  line: string,
  commands: readonly ReplCommand[],
  session: Session,
): [string[], string] {
  const words = line.trimStart().split(/\s+/);
  const last = words.pop() as string;
  const candidates = candidatesAfter(words, commands, session);
  const before = line.slice(0, line.length - last.length);
  const hits = new Set<string>();
  for (const name of candidates) {
    // What could not be typed or would confuse the terminal is not offered.
    if (!name.startsWith(last) || /[\s\p{C}]/u.test(name)) continue;
    if (name.startsWith('$') && !last.startsWith('$')) continue;
    hits.add(before + name);
  }
  return [[...hits].sort(), line];
}

function candidatesAfter(
  words: readonly string[],
  commands: readonly ReplCommand[],
  session: Session,
): readonly string[] {
  const [name, ...before] = words;
  if (name === undefined) return commands.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  return findCommand(commands, name)?.complete?.(before, session) ?? [];
}
