import type { SchedulerLike } from 'rxjs';
import { MoleculerServerError } from '../errors/moleculer.error.js';
import * as messages from '../messages/broker.messages.js';
import type { Registry } from '../registry/registry.js';

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
      complete: () => reject(timedOut(missing(), timeout)),
    });
    if (timeout > 0) {
      watching.add(
        scheduler.schedule(() => {
          watching.unsubscribe();
          reject(timedOut(missing(), timeout));
        }, timeout),
      );
    }
  });
}

function timedOut(services: string[], timeout: number): Error {
  return new MoleculerServerError(messages.waitTimedOut(services, timeout), 500, 'WAITFOR_SERVICES', {
    services,
  });
}
