import type { EmitOptions } from '../context/call-options.js';
import type { Context } from '../context/context.js';
import type { EventKind } from './event-context.js';

/** Hears of an event before it is sent: the context it would be sent with. */
export type EventTap = (sent: Context, groups: readonly string[]) => void;

type Send = (
  parent: Context | null,
  kind: EventKind,
  event: string,
  payload: unknown,
  opts: EmitOptions | undefined,
) => Promise<void>;

/** Those who hear what a node sends, in tests. The bus's own `send` is replaced while there are any: without, nothing is checked. */
export class EventTaps {
  private readonly taps: EventTap[] = [];

  /** @param announce makes the context for the taps; null: the event is refused, or tells of the broker itself */
  constructor(
    private readonly bus: { send: Send },
    private readonly announce: (...args: Parameters<Send>) => { sent: Context; groups: string[] } | null,
  ) {}

  /** Nobody listens to what is sent. */
  get empty(): boolean {
    return this.taps.length === 0;
  }

  /** @returns what takes it away again */
  add(tap: EventTap): () => void {
    if (this.taps.length === 0) this.stepIn();
    this.taps.push(tap);
    return () => {
      const at = this.taps.indexOf(tap);
      if (at < 0) return;
      this.taps.splice(at, 1);
      if (this.taps.length === 0) Reflect.deleteProperty(this.bus, 'send');
    };
  }

  /** What cannot be read is refused by the bus. */
  private told(args: Parameters<Send>) {
    try {
      return this.announce(...args);
    } catch {
      return null;
    }
  }

  private stepIn(): void {
    const send = this.bus.send.bind(this.bus);
    this.bus.send = (...args) => {
      const told = this.told(args);
      if (told !== null) for (const tap of [...this.taps]) tap(told.sent, told.groups);
      return send(...args);
    };
  }
}
