import * as messages from '../messages/repl.messages.js';
import type { ReplCommand, Session } from './command.js';
import { findCommand, printCommandHelp, printHelp } from './help.command.js';
import { parseLine } from './parse-line.js';
import { printError } from './print-error.js';
import type { Screen } from './screen.js';
import { UsageError } from './usage.error.js';

/** Runs what was typed. Never rejects: a command that fails is shown, and the prompt goes on. */
export async function runLine(
  line: string,
  commands: readonly ReplCommand[],
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { screen } = session;
  try {
    const [name, ...args] = parseLine(line);
    if (name === undefined) return;
    const command = findCommand(commands, name);
    if (command === undefined) {
      refuse(name, commands, screen);
    } else if (asksHelp(args)) {
      printCommandHelp(screen, command);
    } else {
      await command.run(args, session, signal);
      screen.print();
    }
  } catch (error) {
    showError(screen, error);
  }
}

function asksHelp(args: readonly string[]): boolean {
  return args.length === 1 && (args[0] === '-h' || args[0] === '--help');
}

function refuse(name: string, commands: readonly ReplCommand[], screen: Screen): void {
  printError(screen, new UsageError(messages.unknownCommand(name)));
  screen.print();
  printHelp(screen, commands);
}

/** What was thrown may be of any kind, also such that it cannot be shown. */
function showError(screen: Screen, error: unknown): void {
  try {
    printError(screen, error);
  } catch {
    screen.print(messages.cannotBeShown);
  }
  screen.print();
}
