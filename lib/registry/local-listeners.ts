import type { EventInfo, ServiceInfo } from '../protocol/packets.js';
import type { Handler } from './service-definition.js';

/** One handler of ours for an event; also the endpoint that its contexts show. */
export interface LocalListener {
  readonly nodeID: string;
  readonly local: true;
  readonly event: EventInfo;
  readonly service: ServiceInfo;
  readonly group: string;
  readonly handler: Handler;
}

/** Our own handlers of one pattern and group. An emit goes to one of them, a broadcast to all. */
export class LocalListenerList {
  private all: readonly LocalListener[] = [];
  private turn = 0;

  constructor(
    readonly pattern: string,
    readonly group: string,
  ) {}

  /** The same array until one is added or removed. */
  get listeners(): readonly LocalListener[] {
    return this.all;
  }

  /** Each in turn. The list is never empty where it is handed out. */
  next(): LocalListener {
    if (this.turn >= this.all.length) this.turn = 0;
    return this.all[this.turn++];
  }

  /** @internal */
  add(listener: LocalListener): void {
    this.all = [...this.all, listener];
  }

  /** @internal */
  removeService(service: ServiceInfo): void {
    this.all = this.all.filter((listener) => listener.service !== service);
  }
}
