import { unknownCommand } from '../messages/repl.messages.js';
import type { ReplCommand } from './command.js';
import type { Screen } from './screen.js';
import { UsageError } from './usage.error.js';

export function helpCommand(commands: () => readonly ReplCommand[]): ReplCommand {
  return {
    name: 'help',
    usage: '[command]',
    summary: 'Display help, also for one command',
    run([name], { screen }) {
      if (name === undefined) {
        printHelp(screen, commands());
        return;
      }
      const command = findCommand(commands(), name);
      if (command === undefined) throw new UsageError(unknownCommand(name));
      printCommandHelp(screen, command);
    },
    complete: (before) => (before.length === 0 ? commands().map(({ name }) => name) : []),
  };
}

export function findCommand(commands: readonly ReplCommand[], name: string): ReplCommand | undefined {
  return commands.find((command) => command.name === name || command.aliases?.includes(name));
}

export function printHelp(screen: Screen, commands: readonly ReplCommand[]): void {
  screen.print('Usage: <command> [options]\n\nCommands:');
  printPairs(
    screen,
    commands.map((command) => [`${names(command)} ${command.usage}`.trimEnd(), command.summary]),
  );
}

export function printCommandHelp(screen: Screen, command: ReplCommand): void {
  screen.print(`Usage: ${names(command)} ${command.usage}`.trimEnd());
  screen.print(`\n${command.summary}\n\nOptions:`);
  const flags = (command.flags ?? []).map(({ form, text }): [string, string] => [form, text]);
  printPairs(screen, [...flags, ['-h, --help', 'display help for command']]);
}

function names({ name, aliases = [] }: ReplCommand): string {
  return [name, ...aliases].join('|');
}

function printPairs(screen: Screen, pairs: readonly (readonly [string, string])[]): void {
  const width = Math.max(...pairs.map(([left]) => left.length));
  for (const [left, right] of pairs) screen.print(`  ${left.padEnd(width)}  ${right}`);
  screen.print();
}
