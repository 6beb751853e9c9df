import type { Context } from '../context/context.js';
import { RequestAbortedError, RequestRejectedError, RequestTimeoutError } from '../errors/request.error.js';
import { stoppedWhileRunning } from '../messages/broker.messages.js';
import type { Handler } from '../registry/service-definition.js';
import type { Deadline, Deadlines } from '../time/deadlines.js';
import { type Abortable, SignalWatch } from '../time/signal-watch.js';
import type { InFlight } from './in-flight.js';
import { later, laterStill } from './outcome.js';

export interface RunnerOptions {
  nodeID: string;
  /** What the caller gets for something a handler threw; logs what must be logged. Throws or returns the error. */
  failure(thrown: unknown, ctx: Context): Error;
}

/**
 * Runs action handlers of this node. A handler that answers at once costs no promise and no timer; one that answers later gets
 * one promise, which carries its timeout, the caller's signal and the way back of meta.
 */
export class HandlerRunner {
  private readonly signals = new SignalWatch();
  /** Calls that may take for ever: no deadline would end them when the broker stops. */
  private readonly untimed = new Set<LocalCall>();
  /**
   * One of the objects that are made for each call, kept: if a full garbage collection finds none, V8 drops their hidden class, and
   * with it all the code that it has optimised for them.
   */
  protected readonly specimen: LocalCall;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly options: RunnerOptions,
  ) {
    this.specimen = new LocalCall(null, LET_GO, LET_GO, null, options);
  }

  /** Signals of callers watched just now. For leak tests. */
  get watched(): number {
    return this.signals.size;
  }

  /** Gives up the calls that no deadline gives up. */
  close(): void {
    for (const call of this.untimed) call.abandon();
  }

  /** Returns a value or a promise, or throws. `work` counts what a stop waits for; null: it does not wait. */
  run(ctx: Context, handler: Handler, work: InFlight | null, signal: AbortSignal | undefined): unknown {
    let result: unknown;
    try {
      result = handler(ctx);
    } catch (thrown) {
      returnMeta(ctx);
      throw this.options.failure(thrown, ctx);
    }
    const promise = later(result, ctx);
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
      if (ctx.timeout !== null && ctx.timeout > 0) {
        call.deadline = ctx.deadline;
        this.deadlines.add(call);
      } else call.keepIn(this.untimed);
      if (signal !== undefined) call.listen(signal, this.signals);
      work?.begin();
      result.then(
        (value) => call.settle(value),
        (thrown: unknown) => call.fail(thrown),
      );
    });
  }
}

/** What the handler put in its meta goes back to the calling context, after failures too (trap 24). */
function returnMeta(ctx: Context): void {
  if (ctx.parent !== null && ctx.ownMeta !== null) ctx.parent.mergeMeta(ctx.ownMeta);
}

const LET_GO = () => undefined;

class LocalCall implements Deadline, Abortable {
  settled = false;
  deadline = 0;
  private signal: AbortSignal | null = null;
  private signals: SignalWatch | null = null;
  private untimed: Set<LocalCall> | null = null;

  constructor(
    private ctx: Context | null,
    private resolve: (value: unknown) => void,
    private reject: (error: Error) => void,
    private readonly work: InFlight | null,
    private readonly options: RunnerOptions,
  ) {}

  listen(signal: AbortSignal, signals: SignalWatch): void {
    if (signal.aborted) {
      this.abort(signal.reason);
      return;
    }
    this.signal = signal;
    this.signals = signals;
    signals.add(signal, this);
  }

  keepIn(untimed: Set<LocalCall>): void {
    this.untimed = untimed;
    untimed.add(this);
  }

  abort(reason: unknown): void {
    const action = this.ctx?.action?.name;
    this.giveUp(new RequestAbortedError({ action, nodeID: this.options.nodeID }, reason));
  }

  /** The handler's promise gave this: the answer, or an Observable of it. */
  settle(value: unknown): void {
    const more = laterStill(value, this.ctx);
    if (more === null) this.fulfil(value);
    else
      more.then(
        (last) => this.fulfil(last),
        (thrown: unknown) => this.fail(thrown),
      );
  }

  decide(): number {
    return (this.ctx as Context).startClock();
  }

  fulfil(value: unknown): void {
    this.work?.end();
    if (!this.settled) {
      this.finish();
      this.resolve(value);
    }
    this.letGo();
  }

  fail(thrown: unknown): void {
    // After a timeout the caller has its answer; what the handler says then still counts for the log.
    this.work?.end();
    const ctx = this.ctx as Context;
    const error = this.options.failure(thrown, ctx);
    if (!this.settled) {
      this.finish();
      this.reject(error);
    }
    this.letGo();
  }

  expire(): void {
    const { ctx } = this;
    // To a remote caller the error names the caller's node, for that is what its context holds (trap 21).
    this.giveUp(
      new RequestTimeoutError({ action: ctx?.action?.name as string, nodeID: ctx?.nodeID as string }),
    );
  }

  abandon(): void {
    const action = this.ctx?.action?.name;
    this.giveUp(new RequestRejectedError({ action, nodeID: this.options.nodeID }, stoppedWhileRunning));
  }

  private giveUp(error: Error): void {
    if (this.settled) return;
    this.ctx?.abort(error);
    this.finish();
    this.reject(error);
  }

  /** The deadline list may hold this object a while longer; it shall hold nothing else. */
  private letGo(): void {
    this.ctx = null;
    this.resolve = this.reject = LET_GO;
  }

  private finish(): void {
    this.settled = true;
    returnMeta(this.ctx as Context);
    if (this.signal !== null) this.signals?.remove(this.signal, this);
    this.signal = this.signals = null;
    this.untimed?.delete(this);
  }
}
