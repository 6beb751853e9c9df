import type { EventGroup } from './event-group.js';

export type { EventGroup };

/** Who is concerned by one event name: a receiver for each group. Valid until subscriptions come or go. */
export class EventTargets {
  constructor(
    readonly groups: readonly EventGroup[],
    /** @internal the state of the catalog it was made from */
    readonly epoch: number,
  ) {}
}
