import type { ActionCatalog } from './action-catalog.js';
import type { EventCatalog } from './event-catalog.js';
import type { NodeCatalog } from './node-catalog.js';
import type { ShapeStore } from './shape-store.js';

/** How much of everything there is, counted for tests of growth. */
export interface RegistryStats {
  nodes: number;
  /** Different lists of services announced. */
  shapes: number;
  /** Memory of what was announced, estimated, bytes. */
  announcedSize: number;
  actionLists: number;
  /** Actions remembered though nobody has them. */
  emptyLists: number;
  actionEndpoints: number;
  /** How often endpoints of an action or of an event group were gathered. */
  rebuilds: number;
  eventLists: number;
  eventTargets: number;
  eventGroups: number;
  eventEndpoints: number;
  /** Names of incoming events whose listeners are kept. */
  heardEvents: number;
}

export function countParts(
  nodes: NodeCatalog,
  shapes: ShapeStore,
  actions: ActionCatalog,
  events: EventCatalog,
): RegistryStats {
  const lists = [...actions.all()];
  const groups = [...events.allGroups()];
  return {
    nodes: nodes.size,
    shapes: shapes.size,
    announcedSize: nodes.announcedSize,
    actionLists: lists.length,
    emptyLists: actions.remembered,
    actionEndpoints: sum(lists, (list) => list.made),
    rebuilds: sum(lists, (list) => list.rebuilds) + sum(groups, (group) => group.rebuilds),
    ...events.stats,
    eventEndpoints: sum(groups, (group) => group.made),
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}
