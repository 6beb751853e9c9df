import type { EventInfo } from '../protocol/packets.js';
import type { EventGroup } from './event-group.js';
import { LocalListenerList } from './local-listeners.js';
import { compileMatcher, isPlainName, type EventMatcher } from './matching/event-pattern.js';
import type { EventOffer, Shape } from './shape.js';

export type { LocalListener } from './local-listeners.js';

/** Who has subscribed to one pattern in one group. */
export class EventList {
  readonly plain: boolean;
  readonly local: LocalListenerList;
  readonly offers = new Map<Shape, EventOffer>();
  /** What was made of this list and must be made anew when it changes. */
  readonly groups = new Set<EventGroup>();
  private matcher: EventMatcher | null = null;

  constructor(
    /** Lists are matched in the order in which they came into being. */
    readonly order: number,
    readonly pattern: string,
    readonly group: string,
  ) {
    this.plain = isPlainName(pattern);
    this.local = new LocalListenerList(pattern, group);
  }

  get empty(): boolean {
    return this.offers.size === 0 && this.local.listeners.length === 0;
  }

  /** The definition of the first who has it, ours before others. */
  get first(): EventInfo | undefined {
    if (!this.local.listeners.length) for (const offer of this.offers.values()) return offer.event;
    return this.local.listeners[0]?.event;
  }

  get internal(): boolean {
    return this.pattern.startsWith('$');
  }

  /** Compiled when first asked: most nodes never emit what they know others listen to. */
  matches(name: string): boolean {
    this.matcher ??= compileMatcher(this.pattern);
    return this.matcher(name);
  }

  /** Nobody has it any more; what was made of it may be held a while. */
  retire(): void {
    this.matcher = null;
  }

  changed(): void {
    for (const group of this.groups) group.listsChanged();
  }
}
