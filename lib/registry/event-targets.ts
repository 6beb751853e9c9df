import type { EventGroup } from './event-group.js';
import type { EventList } from './event-list.js';

export type { EventGroup };

/** Who is concerned by one event name: a receiver for each group. Valid until subscriptions come or go. */
export class EventTargets {
  constructor(
    readonly groups: readonly EventGroup[],
    /** @internal the state of the catalog it was made from */
    readonly epoch: number,
    /** @internal the lists with a pattern that fits */
    readonly wild: ReadonlySet<EventList>,
    /** @internal of the lists that came into being before this one, the others do not fit */
    readonly tried: number,
  ) {}
}
