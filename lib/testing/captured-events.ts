import type { Context, EventPayload, EventTypes } from '../index.js';
import { captureStopped, notCaptured } from '../messages/testing.messages.js';
import { compileMatcher } from '../registry/matching/event-pattern.js';
import { within } from '../time/delay.js';
import { SystemScheduler } from '../time/system-scheduler.js';
import { type MockTarget, onEachBroker } from './mock-target.js';

/** An event that was sent. */
export interface CapturedEvent<T = unknown> {
  readonly event: string;
  readonly payload: T;
  /** Which method sent it. */
  readonly kind: 'emit' | 'broadcast' | 'broadcastLocal';
  /** The groups the sender chose; empty: all. */
  readonly groups: readonly string[];
  /** Of the whole chain of calls, copied. */
  readonly meta: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  /** Node ID. */
  readonly sender: string;
}

interface Waiting {
  readonly fits: (name: string) => boolean;
  readonly take: (event: CapturedEvent) => void;
  readonly giveUp: () => void;
}

/** ms */
const TIMEOUT = 1000;

/**
 * The events that brokers have sent, whether anybody listened or not.
 *
 * @publicApi
 */
export class CapturedEvents {
  private events: CapturedEvent[] = [];
  /** Those that `next` has handed out. */
  private taken = new WeakSet<CapturedEvent>();
  private readonly waiting = new Set<Waiting>();
  private stopped = false;
  private readonly undo: () => void;

  /** @internal */
  constructor(target: MockTarget, pattern: string) {
    const fits = compileMatcher(pattern);
    this.undo = onEachBroker(target, 'captureEvents()', (broker) =>
      broker.parts.events.tap((sent, groups) => {
        if (fits(sent.eventName as string)) this.add(capturedOf(sent, groups));
      }),
    );
  }

  /** All of them, the oldest first. */
  get all(): readonly CapturedEvent[] {
    return this.events;
  }

  /** Those of a name or pattern, the oldest first. */
  of<P extends string>(pattern: P | keyof EventTypes): CapturedEvent<EventPayload<P>>[] {
    const fits = compileMatcher(pattern as string);
    return this.events.filter(({ event }) => fits(event)) as CapturedEvent<EventPayload<P>>[];
  }

  /**
   * The next event of a name or pattern: the oldest that `next` has not handed out yet, else the first to come. So it does not matter
   * whether the event is sent before or after.
   *
   * @param timeout ms of real time, also where the broker's time is virtual. Default 1000
   * @throws Error there was none within that time; it says which events there were
   */
  next<P extends string>(
    pattern: P | keyof EventTypes,
    timeout: number = TIMEOUT,
  ): Promise<CapturedEvent<EventPayload<P>>> {
    const fits = compileMatcher(pattern as string);
    const there = this.events.find((event) => fits(event.event) && !this.taken.has(event));
    if (there !== undefined) {
      this.taken.add(there);
      return Promise.resolve(there as CapturedEvent<EventPayload<P>>);
    }
    // Made here, so that its stack leads to the test that waits.
    const error = new Error(captureStopped(pattern as string));
    if (this.stopped) return Promise.reject(error);
    return this.comes(pattern as string, fits, timeout, error) as Promise<CapturedEvent<EventPayload<P>>>;
  }

  /** Forgets the events so far. */
  clear(): void {
    this.events = [];
    this.taken = new WeakSet();
  }

  /** Captures no more; what was captured stays. Whoever still waits in `next` gets an error. */
  stop(): void {
    this.stopped = true;
    this.undo();
    for (const one of [...this.waiting]) one.giveUp();
  }

  private add(event: CapturedEvent): void {
    this.events.push(event);
    for (const one of this.waiting) {
      if (!one.fits(event.event)) continue;
      this.taken.add(event);
      one.take(event);
      return;
    }
  }

  private async comes(
    pattern: string,
    fits: (name: string) => boolean,
    timeout: number,
    error: Error,
  ): Promise<CapturedEvent> {
    let entry!: Waiting;
    const coming = new Promise<CapturedEvent>((take, reject) => {
      entry = { fits, take, giveUp: () => reject(error) };
      this.waiting.add(entry);
    });
    try {
      const event = await within(new SystemScheduler(), timeout, coming);
      if (event !== undefined) return event;
      throw reworded(error, notCaptured(pattern, timeout, this.counted()));
    } finally {
      this.waiting.delete(entry);
    }
  }

  private counted(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { event } of this.events) counts.set(event, (counts.get(event) ?? 0) + 1);
    return counts;
  }
}

function reworded(error: Error, message: string): Error {
  error.stack = error.stack?.replace(error.message, () => message);
  error.message = message;
  return error;
}

function capturedOf(sent: Context, groups: readonly string[]): CapturedEvent {
  return {
    event: sent.eventName as string,
    payload: sent.params,
    kind: sent.eventType as CapturedEvent['kind'],
    groups,
    meta: { ...sent.ownMeta },
    headers: { ...sent.ownHeaders },
    sender: sent.nodeID,
  };
}

/**
 * Captures what a broker, the default broker of an application, or all brokers of a cluster send from now on, in tests. Who listens
 * makes no difference, and nothing is announced. Events that other nodes send are theirs.
 *
 * @param pattern as in `events()`. Default: all events
 *
 * @example
 * const events = captureEvents(app);
 * await events.next('order.created');
 *
 * @publicApi
 */
export function captureEvents(target: MockTarget, pattern = '**'): CapturedEvents {
  return new CapturedEvents(target, pattern);
}
