import type { Context } from '../context/context.js';
import { RequestAbortedError, RequestRejectedError, RequestTimeoutError } from '../errors/request.error.js';
import { stoppedWhileRunning } from '../messages/broker.messages.js';
import { type Deadline, type Link, unlink } from '../time/deadline-list.js';
import type { Abortable, SignalWatch } from '../time/signal-watch.js';
import type { InFlight } from './in-flight.js';
import { laterStill } from './outcome.js';

export interface LocalCallOptions {
  readonly nodeID: string;
  readonly signals: SignalWatch;
  /** What the caller gets for something a handler threw; logs what must be logged. Throws or returns the error. */
  failure(thrown: unknown, ctx: Context): Error;
}

type Settle<T> = (value: T) => void;

/** A call whose handler answers later: it carries the timeout, the caller's signal and the way back of meta. */
export class LocalCall implements Deadline, Abortable {
  previous: Link | null = null;
  next: Link | null = null;
  private signal: AbortSignal | null = null;

  constructor(
    /** null: the handler is done. */
    private ctx: Context | null,
    /** null: the caller has its answer. */
    private resolve: Settle<unknown> | null,
    private reject: Settle<Error> | null,
    private readonly work: InFlight | null,
    private readonly options: LocalCallOptions,
  ) {}

  get deadline(): number {
    return this.ctx?.deadline ?? 0;
  }

  decide(): number {
    return (this.ctx as Context).startClock();
  }

  bringForward(by: number): void {
    if (this.ctx !== null) this.ctx.deadline -= by;
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

  abort(reason: unknown): void {
    const action = this.ctx?.action?.name;
    this.giveUp(new RequestAbortedError({ action, nodeID: this.options.nodeID }, reason));
  }

  listen(signal: AbortSignal): void {
    if (signal.aborted) {
      this.abort(signal.reason);
      return;
    }
    this.signal = signal;
    this.options.signals.add(signal, this);
  }

  /** Settles the call as its handler's promise does. */
  follow(result: Promise<unknown>): void {
    this.work?.begin();
    result.then(
      (value) => this.answer(value),
      (thrown: unknown) => this.fail(thrown),
    );
  }

  /** The handler's promise gave this: the answer, or an Observable of it. */
  private answer(value: unknown): void {
    const more = laterStill(value, this.ctx);
    if (more === null) this.fulfil(value);
    else
      more.then(
        (last) => this.fulfil(last),
        (thrown: unknown) => this.fail(thrown),
      );
  }

  private fail(thrown: unknown): void {
    // After a timeout the caller has its answer; what the handler says then still counts for the log.
    this.work?.end();
    const error = this.options.failure(thrown, this.ctx as Context);
    const { reject } = this;
    if (reject !== null) {
      this.finish();
      reject(error);
    }
    this.ctx = null;
  }

  private fulfil(value: unknown): void {
    this.work?.end();
    const { resolve } = this;
    if (resolve !== null) {
      this.finish();
      resolve(value);
    }
    this.ctx = null;
  }

  private giveUp(error: Error): void {
    const { reject } = this;
    if (reject === null) return;
    this.finish();
    reject(error);
    this.ctx?.abort(error);
  }

  /** From here on the caller has its answer; the handler may still be under way. */
  private finish(): void {
    // Whoever holds this object a while longer, a handler that never ends among them, does not hold the caller.
    this.resolve = this.reject = null;
    unlink(this);
    returnMeta(this.ctx as Context);
    if (this.signal !== null) this.options.signals.remove(this.signal, this);
    this.signal = null;
  }
}

/** What the handler put in its meta goes back to the calling context, after failures too (trap 24). */
export function returnMeta(ctx: Context): void {
  if (ctx.parent !== null && ctx.ownMeta !== null) ctx.parent.mergeMeta(ctx.ownMeta);
}
