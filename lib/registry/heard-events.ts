import { BoundedMap } from './bounded-map.js';
import type { EventList } from './event-list.js';
import type { LocalListenerList } from './local-listeners.js';

/** Our own listeners of one group that an event concerns. */
export interface LocalGroup {
  readonly name: string;
  readonly local: readonly LocalListenerList[];
}

/** Names whose listeners are kept; others choose them. */
const MAX_NAMES = 5_000;

const NOBODY: readonly LocalGroup[] = [];

/**
 * From the name of an event that came in to our own listeners. The subscriptions of other nodes play no part in it: however many there
 * are, and however often they change, hearing an event costs the same.
 */
export class HeardEvents {
  /** Lists with a listener of ours. */
  private readonly lists = new Set<EventList>();
  private readonly known = new BoundedMap<string, readonly LocalGroup[]>(MAX_NAMES);

  get size(): number {
    return this.known.size;
  }

  /** The listeners of a list have changed. */
  changed(list: EventList): void {
    if (list.local.listeners.length > 0) this.lists.add(list);
    else this.lists.delete(list);
    this.known.clear();
  }

  /** By group, in the order in which the lists came into being. */
  get(name: string): readonly LocalGroup[] {
    let groups = this.known.get(name);
    if (groups === undefined) {
      groups = this.find(name);
      this.known.set(name, groups);
    }
    return groups;
  }

  private find(name: string): readonly LocalGroup[] {
    const matching = [...this.lists].filter((list) =>
      list.plain ? list.pattern === name : list.matches(name),
    );
    if (matching.length === 0) return NOBODY;
    const groups = new Map<string, LocalListenerList[]>();
    for (const { group, local } of matching.sort((a, b) => a.order - b.order)) {
      const lists = groups.get(group);
      if (lists === undefined) groups.set(group, [local]);
      else lists.push(local);
    }
    return [...groups].map(([group, local]) => ({ name: group, local }));
  }
}
