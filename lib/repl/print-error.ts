import { failedHead } from '../messages/repl.messages.js';
import { printable, type Screen } from './screen.js';
import { UsageError } from './usage.error.js';

/** As many lines of a stack as help; one that came over the wire may be of any length. */
const MAX_FRAMES = 12;

/** Shows why a command failed: name, message, stack, and what Moleculer's errors carry besides. */
export function printError(screen: Screen, error: unknown): void {
  if (error instanceof UsageError) {
    screen.print(screen.paint('red', `error: ${printable(error.message)}`));
    return;
  }
  screen.print(screen.paint(['red', 'bold'], failedHead));
  if (!(error instanceof Error)) {
    screen.print(screen.show(error));
    return;
  }
  screen.print(screen.paint('red', lines(`${error.name}: ${error.message}`)));
  const frames = String(error.stack ?? '')
    .split('\n')
    .filter((line) => /^ +at /.test(line));
  for (const frame of frames.slice(0, MAX_FRAMES)) screen.print(screen.paint('gray', printable(frame)));
  const { nodeID, code, type, data } = error as Error & Record<'nodeID' | 'code' | 'type' | 'data', unknown>;
  for (const [label, value] of Object.entries({ Node: nodeID, Code: code, Type: type, Data: data })) {
    if (value === undefined || value === null) continue;
    screen.print(`${label}:  ${typeof value === 'string' ? printable(value) : screen.show(value)}`);
  }
}

function lines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
