import type { SchedulerLike, Subscription } from 'rxjs';
import { SteadyLogger } from './errors/steady-logger.js';
import { BROKER_CONTEXT } from './messages/broker.messages.js';
import { signalsUnhandled } from './messages/lifecycle.messages.js';
import type { Machine } from './time/sources.js';

/** ms after the start: by then `enableShutdownHooks()` has been called if ever it is. */
const LOOK_AFTER = 10_000;

export interface ExitWatchDeps {
  scheduler: SchedulerLike;
  machine: Machine;
  /** Whether other nodes send calls or events here. */
  serves(): boolean;
  /** s, of other nodes as far as we know: our own. */
  heartbeatTimeout: number;
}

/**
 * Looks once whether a SIGTERM would end the process without a word to the cluster. Nobody notices that otherwise but the callers, and
 * `nest start --watch` does it at each change of a file.
 */
export class ExitWatch {
  private look: Subscription | null = null;

  constructor(private readonly deps: ExitWatchDeps) {}

  start(): void {
    const { scheduler, machine, serves, heartbeatTimeout } = this.deps;
    this.look = scheduler.schedule(() => {
      if (!serves() || machine.handlesSignals?.() !== false) return;
      new SteadyLogger(BROKER_CONTEXT).warn(signalsUnhandled(heartbeatTimeout));
    }, LOOK_AFTER);
  }

  stop(): void {
    this.look?.unsubscribe();
  }
}
