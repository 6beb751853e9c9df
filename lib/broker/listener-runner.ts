import type { Context } from '../context/context.js';
import type { ContextHost } from '../context/context-host.js';
import type { InFlight } from '../pipeline/in-flight.js';
import { later, laterStill } from '../pipeline/outcome.js';
import type { LocalListener, LocalListenerList } from '../registry/local-listeners.js';
import type { FailureLog } from './failure-log.js';
import { localEvent } from './event-context.js';

/** Collects what must be awaited of one event's local handlers; a handler that answers at once adds nothing. */
export type Running = Promise<Error | null>[];

/** Runs the local listeners of an event. An error of one is logged and harms no other. */
export class ListenerRunner {
  constructor(
    private readonly host: ContextHost,
    private readonly failures: FailureLog,
  ) {}

  /** One listener of each list for an emit, all for a broadcast. Returns the first error of those that failed at once. */
  group(
    group: { readonly local: readonly LocalListenerList[] | null },
    sent: Context,
    all: boolean,
    running: Running,
    work: InFlight | null,
  ): Error | null {
    let first: Error | null = null;
    for (const list of group.local ?? []) {
      if (!all) {
        const error = this.one(list.next(), sent, running, work);
        first ??= error;
        continue;
      }
      for (const listener of list.listeners) {
        const error = this.one(listener, sent, running, work);
        first ??= error;
      }
    }
    return first;
  }

  private one(listener: LocalListener, sent: Context, running: Running, work: InFlight | null): Error | null {
    const ctx = localEvent(this.host, sent, listener);
    try {
      const result = listener.handler(ctx);
      const promise = later(result, ctx);
      if (promise !== null) running.push(this.follow(promise, ctx, work));
      return null;
    } catch (thrown) {
      return this.failures.event(thrown, ctx);
    }
  }

  private async follow(result: Promise<unknown>, ctx: Context, work: InFlight | null): Promise<Error | null> {
    work?.begin();
    try {
      await laterStill(await result, ctx);
      return null;
    } catch (thrown) {
      return this.failures.event(thrown, ctx);
    } finally {
      work?.end();
    }
  }
}
