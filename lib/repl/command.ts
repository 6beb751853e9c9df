import type { Subscription } from 'rxjs';
import type { ServiceBroker } from '../index.js';
import type { Screen } from './screen.js';

/** What a command works with. */
export interface Session {
  readonly broker: ServiceBroker;
  readonly screen: Screen;
  /** Whatever is added ends with the prompt. */
  readonly lifetime: Subscription;
  /** Prints between two commands without spoiling the line being typed. */
  notify(text: string): void;
  exit(): void;
}

export interface CommandFlag {
  /** As in `-f, --filter <match>`. */
  readonly form: string;
  readonly text: string;
}

export interface ReplCommand {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What follows the name, for the help. */
  readonly usage: string;
  readonly summary: string;
  readonly flags?: readonly CommandFlag[];
  /** @param signal aborted when the user no longer waits */
  run(args: readonly string[], session: Session, signal: AbortSignal): void | Promise<void>;
  /** What may follow the words typed so far. */
  complete?(before: readonly string[], session: Session): readonly string[];
}
