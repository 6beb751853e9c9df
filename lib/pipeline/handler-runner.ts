import type { Context } from '../context/context.js';
import type { Handler } from '../registry/service-definition.js';
import { DeadlineList } from '../time/deadline-list.js';
import type { Deadlines } from '../time/deadlines.js';
import { SignalWatch } from '../time/signal-watch.js';
import type { InFlight } from './in-flight.js';
import { LocalCall, type LocalCallOptions, returnMeta } from './local-call.js';
import { later } from './outcome.js';

export type RunnerOptions = Omit<LocalCallOptions, 'signals'>;

/**
 * Runs action handlers of this node. A handler that answers at once costs no promise and no timer; one that answers later gets
 * one promise, which can be settled before the handler is done.
 */
export class HandlerRunner {
  private readonly signals = new SignalWatch();
  private readonly options: LocalCallOptions;
  /** Calls that may take for ever: no deadline would end them when the broker stops. */
  private readonly untimed = new DeadlineList();
  /**
   * One of the objects that are made for each call, kept: if a full garbage collection finds none, V8 drops their hidden class, and
   * with it all the code that it has optimised for them.
   */
  protected readonly specimen: LocalCall;

  constructor(
    private readonly deadlines: Deadlines,
    options: RunnerOptions,
  ) {
    const nothing = () => undefined;
    this.options = { ...options, signals: this.signals };
    this.specimen = new LocalCall(null, nothing, nothing, null, this.options);
  }

  /** Signals of callers watched just now. For leak tests. */
  get watched(): number {
    return this.signals.size;
  }

  /** Gives up the calls that no deadline gives up. */
  close(): void {
    for (const call of this.untimed.entries()) call.abandon();
  }

  /** Returns a value or a promise, or throws. `work` counts what a stop waits for; null: it does not wait. */
  run(ctx: Context, handler: Handler, work: InFlight | null, signal: AbortSignal | undefined): unknown {
    let result: unknown;
    let promise: Promise<unknown> | null;
    try {
      result = handler(ctx);
      promise = later(result, ctx);
    } catch (thrown) {
      returnMeta(ctx);
      throw this.options.failure(thrown, ctx);
    }
    if (promise !== null) return this.follow(ctx, promise, work, signal);
    returnMeta(ctx);
    return result;
  }

  private follow(
    ctx: Context,
    result: Promise<unknown>,
    work: InFlight | null,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = new LocalCall(ctx, resolve, reject, work, this.options);
      if (ctx.timeout !== null && ctx.timeout > 0) this.deadlines.add(call);
      else this.untimed.add(call);
      call.follow(result);
      if (signal !== undefined) call.listen(signal);
    });
  }
}
