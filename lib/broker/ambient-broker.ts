import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import { currentContext, runOutside } from '../context/ambient.js';
import type { CallOptions, EmitOptions } from '../context/call-options.js';
import type { Context } from '../context/context.js';
import type { CallDef } from '../context/contract.types.js';
import type { EventKind } from './event-context.js';
import { multiCall } from './multi-call.js';
import { ServiceBroker, type ServiceBrokerDeps } from './service-broker.js';

/**
 * The broker of `ambientContext: true`: what it is asked for in a handler of its own is a child of that handler's context. A class of
 * its own, so that without the option nothing has to be checked.
 *
 * @internal
 */
export class AmbientBroker extends ServiceBroker {
  constructor(deps: ServiceBrokerDeps) {
    super({ ...deps, scheduler: new DetachedScheduler(deps.scheduler) });
  }

  protected override invoke(
    action: string,
    params: unknown,
    opts: CallOptions | undefined,
  ): Promise<unknown> {
    return this.callFrom(this.parentOf(opts), action, params, opts);
  }

  /** Each definition may name a parent of its own. */
  protected override invokeMany(
    defs: readonly CallDef[] | Record<string, CallDef>,
    opts: ({ settled?: boolean } & CallOptions) | undefined,
  ): Promise<unknown> {
    return multiCall(defs, opts, (action, params, options) => this.invoke(action, params, options));
  }

  protected override send(
    kind: EventKind,
    event: string,
    payload: unknown,
    opts: EmitOptions | undefined,
  ): Promise<void> {
    return this.parts.events.send(this.parentOf(opts), kind, event, payload, opts);
  }

  /** Null where the options say whose child it is (`null`: nobody's), and in handlers of other brokers: clusters share no meta unasked. */
  private parentOf(opts: { readonly parentCtx?: unknown } | undefined): Context | null {
    if (opts?.parentCtx !== undefined) return null;
    const ctx = currentContext();
    return ctx !== undefined && ctx.broker === this ? ctx : null;
  }
}

/** Our timers serve all calls: they must not keep the context of the one that started them, nor run others' code in it. */
class DetachedScheduler implements SchedulerLike {
  constructor(private readonly scheduler: SchedulerLike) {}

  now(): number {
    return this.scheduler.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return runOutside(() => this.scheduler.schedule(work, delay, state));
  }
}
