import type { SchedulerLike, Subscription } from 'rxjs';
import { MoleculerServerError } from '../errors/moleculer.error.js';
import { SteadyLogger } from '../errors/steady-logger.js';
import * as messages from '../messages/broker.messages.js';
import type { Registry } from '../registry/registry.js';

/** ms between two reminders that somebody still waits. */
const REMIND = 10_000;

const logger = new SteadyLogger(messages.BROKER_CONTEXT);

/** Resolves when all services can be called; rejects with `WAITFOR_SERVICES` after `timeout` ms (0 = never). */
export function waitForServices(
  registry: Registry,
  scheduler: SchedulerLike,
  names: readonly string[],
  timeout: number,
): Promise<void> {
  const missing = () => names.filter((name) => !registry.hasService(name));
  if (missing().length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const watching = registry.changes().subscribe({
      next: () => {
        if (missing().length > 0) return;
        watching.unsubscribe();
        resolve();
      },
      complete: () => reject(inVain(missing(), messages.waitEnded(missing()))),
    });
    watching.add(remind(scheduler, missing));
    if (timeout > 0) {
      watching.add(
        scheduler.schedule(() => {
          watching.unsubscribe();
          reject(inVain(missing(), messages.waitTimedOut(missing(), timeout)));
        }, timeout),
      );
    }
  });
}

/** Who waits for ever for a name misspelt should see what for. */
function remind(scheduler: SchedulerLike, missing: () => string[]): Subscription {
  const since = scheduler.now();
  return scheduler.schedule(function () {
    logger.warn(messages.stillWaiting(missing(), Math.round((scheduler.now() - since) / 1000)));
    this.schedule(undefined, REMIND);
  }, REMIND);
}

function inVain(services: string[], text: string): Error {
  return new MoleculerServerError(text, 500, 'WAITFOR_SERVICES', { services });
}
