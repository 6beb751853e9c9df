import { ServiceBroker } from '../index.js';
import { appNotClosed } from '../messages/repl.messages.js';
import { printError } from './print-error.js';
import { Prompt } from './prompt.js';
import { Screen } from './screen.js';

/** What a prompt needs of a Nest application (or application context, or testing module). */
export interface ReplApp {
  /** Gives the default broker. */
  get(token: typeof ServiceBroker): unknown;
  /** Called when the user leaves the prompt. */
  close?(): Promise<unknown>;
}

/** Options of a prompt. */
export interface ReplOptions {
  /** Default: the process's standard input. */
  input?: NodeJS.ReadableStream;
  /** Default: the process's standard output. Colours and line editing only where input and output are terminals. */
  output?: NodeJS.WritableStream;
  /** Default `'mol $ '`. */
  prompt?: string;
  /** File that keeps the typed lines (the last 500) for the next prompt. Default: none is kept. */
  historyPath?: string;
}

/** A prompt that is open. */
export interface ReplHandle {
  /** Ends the prompt, and leaves broker and application as they are. Resolves when the prompt is gone. Idempotent. */
  close(): Promise<void>;
  /** Resolves, never rejects, when the prompt is gone and, where its end closes the application, that is closed. */
  readonly closed: Promise<void>;
}

/**
 * Opens a prompt on the cluster, in the manner of Moleculer's `mol $`: `nodes`, `services`, `actions`, `events`, `call`, `dcall`, `emit`,
 * `broadcast`, `listener`, `info`, `help`.
 *
 * `exit` (also `quit`, `q`), Ctrl-D and the end of the input end it. Started with an application, they close the application too; started
 * with a broker, they leave it running. Ctrl-C ends the wait for a running call, else clears the line, else exits. When the broker stops,
 * the prompt ends, so that the process can.
 *
 * @example
 * const app = await NestFactory.create(AppModule);
 * await app.init();
 * startRepl(app);
 * @param target An application, whose default broker is taken, or any broker.
 * @throws Nest's error for an unknown provider, if the application has no default broker
 * @publicApi
 */
export function startRepl(target: ServiceBroker | ReplApp, options: ReplOptions = {}): ReplHandle {
  const { input = process.stdin, output = process.stdout, prompt = 'mol $ ', historyPath } = options;
  const app = target instanceof ServiceBroker ? null : target;
  const broker = target instanceof ServiceBroker ? target : (target.get(ServiceBroker) as ServiceBroker);
  let finish!: (after: Promise<void> | undefined) => void;
  const closed = new Promise<void>((resolve) => (finish = resolve));
  const opened = new Prompt({
    broker,
    input,
    output,
    prompt,
    historyPath,
    ended: (asked) => finish(asked && app !== null ? closeApp(app, output) : undefined),
  });
  opened.lifetime.add(broker.registry.changes().subscribe({ complete: () => opened.close() }));
  return {
    close: () => {
      opened.close();
      return Promise.resolve();
    },
    closed,
  };
}

async function closeApp(app: ReplApp, output: NodeJS.WritableStream): Promise<void> {
  try {
    await app.close?.();
  } catch (error) {
    const screen = new Screen(output);
    screen.print(appNotClosed);
    printError(screen, error);
  }
}
