import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import { Subscription } from 'rxjs';
import type { ServiceBroker } from '../index.js';
import { historyNotKept } from '../messages/repl.messages.js';
import type { Session } from './command.js';
import { createCommands } from './commands.js';
import { completeLine } from './completer.js';
import { HISTORY_SIZE, loadHistory, saveHistory } from './history.js';
import { runLine } from './run-line.js';
import { Screen } from './screen.js';

export interface PromptDeps {
  readonly broker: ServiceBroker;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly prompt: string;
  readonly historyPath: string | undefined;
  /** Called once, when the prompt is gone. `asked`: its user left, by `exit` or the end of the input. */
  ended(asked: boolean): void;
}

/** Reads lines and runs them one after the other, until it is told to stop or the input ends. */
export class Prompt implements Session {
  readonly broker: ServiceBroker;
  readonly screen: Screen;
  readonly lifetime = new Subscription();
  private readonly commands = createCommands();
  private readonly terminal: boolean;
  private readonly lines: string[] = [];
  private readonly rl: Interface;
  private history: readonly string[];
  /** Of the command that runs. */
  private running: AbortController | null = null;
  private inputEnded = false;
  private gone = false;

  constructor(private readonly deps: PromptDeps) {
    const { input, output, prompt, historyPath } = deps;
    this.broker = deps.broker;
    this.screen = new Screen(output);
    this.terminal = isTerminal(input) && isTerminal(output);
    this.history = loadHistory(historyPath);
    this.rl = createInterface({
      input,
      output,
      prompt,
      terminal: this.terminal,
      history: [...this.history],
      historySize: HISTORY_SIZE,
      completer: (line: string) => completeLine(line, this.commands, this),
    });
    this.rl.on('history', (history) => (this.history = [...history]));
    this.rl.on('line', (line) => {
      this.lines.push(line);
      if (this.running === null) void this.runLines();
    });
    this.rl.on('SIGINT', () => this.interrupt());
    this.rl.on('close', () => {
      this.inputEnded = true;
      if (this.running === null) this.leave(true);
    });
    keepAlive(input, true);
    this.rl.prompt();
  }

  /** Ends at once: lines not yet run are dropped, a call under way is aborted. */
  close(): void {
    this.leave(false);
  }

  exit(): void {
    this.leave(true);
  }

  notify(text: string): void {
    const idle = this.terminal && this.running === null && !this.gone;
    if (idle) {
      cursorTo(this.deps.output, 0);
      clearLine(this.deps.output, 0);
    }
    this.screen.print(text);
    if (idle) this.rl.prompt(true);
  }

  private async runLines(): Promise<void> {
    for (;;) {
      const line = this.lines.shift();
      if (line === undefined || this.gone) break;
      this.running = new AbortController();
      await runLine(line, this.commands, this, this.running.signal);
      this.running = null;
    }
    if (this.gone) return;
    if (this.inputEnded) this.leave(true);
    else this.rl.prompt();
  }

  /** Ctrl-C: ends the wait for a running command, else drops what is typed, else leaves. */
  private interrupt(): void {
    if (this.running !== null) {
      this.lines.length = 0;
      this.running.abort();
    } else if (this.rl.line !== '') {
      this.rl.write(null, { ctrl: true, name: 'e' });
      this.rl.write(null, { ctrl: true, name: 'u' });
    } else {
      this.leave(true);
    }
  }

  private leave(asked: boolean): void {
    if (this.gone) return;
    this.gone = true;
    this.lines.length = 0;
    this.running?.abort();
    this.lifetime.unsubscribe();
    this.rl.close();
    keepAlive(this.deps.input, false);
    this.keepHistory();
    this.screen.close();
    this.deps.ended(asked);
  }

  private keepHistory(): void {
    const { historyPath } = this.deps;
    if (historyPath === undefined || !this.terminal) return;
    try {
      saveHistory(historyPath, this.history);
    } catch (error) {
      this.screen.print(historyNotKept(historyPath, (error as Error).message));
    }
  }
}

function isTerminal(stream: object): boolean {
  return (stream as { isTTY?: boolean }).isTTY === true;
}

/** Standard input that is a pipe reads on after a pause, and would hold the process for ever. */
function keepAlive(input: NodeJS.ReadableStream, hold: boolean): void {
  const socket = input as Partial<NodeJS.ReadStream>;
  if (hold) socket.ref?.();
  else socket.unref?.();
}
