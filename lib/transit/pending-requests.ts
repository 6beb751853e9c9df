import type { Context } from '../context/context.js';
import { BrokerDisconnectedError } from '../errors/broker.error.js';
import { RequestAbortedError, RequestRejectedError, RequestTimeoutError } from '../errors/request.error.js';
import { brokerStopped } from '../messages/transit.messages.js';
import { type Deadline, type Link, unlink } from '../time/deadline-list.js';
import { type Abortable, SignalWatch } from '../time/signal-watch.js';
import { RequestTable, type TableEntry } from './request-table.js';

const LET_GO = () => undefined;

/** A call that waits for its answer. */
export class PendingRequest implements Deadline, Abortable, TableEntry {
  previous: Link | null = null;
  next: Link | null = null;
  chained: TableEntry | null = null;
  turn = 0;
  readonly id: string;
  private signal: AbortSignal | null = null;

  constructor(
    /** null once settled */
    public ctx: Context | null,
    readonly action: string,
    readonly nodeID: string,
    private readonly owner: PendingRequests,
    private resolve: (value: unknown) => void,
    private rejectWith: (error: unknown) => void,
  ) {
    this.id = (ctx as Context).id;
  }

  get deadline(): number {
    return this.ctx?.deadline ?? 0;
  }

  /** Rejects as soon as the signal aborts. */
  listen(signal: AbortSignal): void {
    this.signal = signal;
    this.owner.signals.add(signal, this);
  }

  abort(reason: unknown): void {
    this.reject(new RequestAbortedError({ action: this.action, nodeID: this.nodeID }, reason));
  }

  fulfil(value: unknown): void {
    const { resolve } = this;
    this.finish();
    resolve(value);
  }

  reject(error: unknown): void {
    const { rejectWith } = this;
    this.finish();
    rejectWith(error);
  }

  decide(): number {
    return (this.ctx as Context).startClock();
  }

  bringForward(by: number): void {
    if (this.ctx !== null) this.ctx.deadline -= by;
  }

  expire(): void {
    this.reject(new RequestTimeoutError({ action: this.action, nodeID: this.nodeID }));
  }

  abandon(): void {
    const { action, nodeID } = this;
    this.reject(new BrokerDisconnectedError({ action, nodeID }, brokerStopped(action, nodeID)));
  }

  private finish(): void {
    unlink(this);
    this.owner.remove(this);
    if (this.signal !== null) this.owner.signals.remove(this.signal, this);
    this.ctx = null;
    this.signal = null;
    // What settles it a second time is not heard.
    this.resolve = this.rejectWith = LET_GO;
  }
}

/** The calls under way to other nodes, by the ID that the answer will bear. */
export class PendingRequests {
  /** @internal */ readonly signals = new SignalWatch();
  private readonly table = new RequestTable<PendingRequest>();

  get size(): number {
    return this.table.size;
  }

  get(id: string): PendingRequest | undefined {
    return this.table.get(id);
  }

  /** @returns false if a call with this ID is under way: its answer would be taken for the other's. */
  add(request: PendingRequest): boolean {
    return this.table.add(request);
  }

  remove(request: PendingRequest): void {
    this.table.remove(request);
  }

  /** The node is gone: nobody will answer these. They hear it in the order in which they were made. */
  rejectNode(nodeID: string): void {
    for (const request of this.table.entries()) {
      if (request.nodeID === nodeID)
        request.reject(new RequestRejectedError({ action: request.action, nodeID }));
    }
  }

  /** Our own ears are gone: whatever is answered now will not be heard. In the order in which they were made. */
  rejectAll(reason: (action: string, nodeID: string) => string): void {
    for (const request of this.table.entries()) {
      const { action, nodeID } = request;
      request.reject(new BrokerDisconnectedError({ action, nodeID }, reason(action, nodeID)));
    }
  }
}
