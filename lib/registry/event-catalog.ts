import { BoundedMap } from './bounded-map.js';
import { EventGroup, type EventGroupHost } from './event-group.js';
import { EventList } from './event-list.js';
import { EventTargets } from './event-targets.js';
import { HeardEvents, type LocalGroup } from './heard-events.js';
import type { LocalListener } from './local-listeners.js';
import type { ShapeUser } from './node-catalog.js';
import { priceOfPattern } from './prices.js';
import { eventKey, type Shape } from './shape.js';

/** Event names whose targets are kept; names may contain IDs, so there is no end of them. */
const MAX_TARGETS = 5_000;
/** Above so many lists or groups a name counts for several. */
const USUAL_TARGETS = 50;
const MAX_GROUPS = 30_000;
/** Above so many lists and nodes a group counts for several. */
const USUAL_GROUP = 100;

/** All subscriptions, and the way from an event name to those that match. */
export class EventCatalog implements ShapeUser {
  private readonly lists = new Map<string, EventList>();
  /** Lists without wildcards by their name; the others must be tried one by one. */
  private readonly plain = new Map<string, Set<EventList>>();
  private readonly wild = new Set<EventList>();
  private readonly targets = new BoundedMap<string, EventTargets>(
    MAX_TARGETS,
    undefined,
    ({ groups, wild }) => Math.max(1, (groups.length + wild.size) / USUAL_TARGETS),
  );
  private readonly groups = new BoundedMap<string, EventGroup>(
    MAX_GROUPS,
    (_key, group) => this.retire(group),
    ({ extent }) => Math.max(1, extent / USUAL_GROUP),
  );
  private readonly heard = new HeardEvents();
  private listed = 0;
  private epoch = 0;
  private created = 0;

  constructor(private readonly host: EventGroupHost) {}

  get stats(): { eventLists: number; eventTargets: number; eventGroups: number; heardEvents: number } {
    return {
      eventLists: this.lists.size,
      eventTargets: this.targets.size,
      eventGroups: this.groups.size,
      heardEvents: this.heard.size,
    };
  }

  all(): MapIterator<EventList> {
    return this.lists.values();
  }

  allGroups(): MapIterator<EventGroup> {
    return this.groups.values();
  }

  /** The targets of an event name. */
  get(name: string): EventTargets {
    const known = this.targets.get(name);
    if (known !== undefined && known.epoch === this.epoch) return known;
    const targets = this.find(name, known);
    this.targets.set(name, targets);
    return targets;
  }

  /** Our own listeners of an event name, by group. */
  local(name: string): readonly LocalGroup[] {
    return this.heard.get(name);
  }

  get weight(): number {
    return this.listed;
  }

  weightOf(shape: Shape): number {
    let sum = 0;
    for (const [key, { event }] of shape.events) if (!this.lists.has(key)) sum += priceOfPattern(event.name);
    return sum;
  }

  attach(shape: Shape): void {
    for (const offer of shape.events.values()) {
      const list = this.listFor(offer.event.name, offer.group);
      list.offers.set(shape, offer);
      list.changed();
    }
  }

  detach(shape: Shape): void {
    for (const key of shape.events.keys()) {
      const list = this.lists.get(key);
      if (list === undefined) continue;
      list.offers.delete(shape);
      for (const group of list.groups) shape.watchers.delete(group);
      this.changed(key, list);
    }
  }

  addLocal(listener: LocalListener): void {
    const list = this.listFor(listener.event.name, listener.group);
    list.local.add(listener);
    list.changed();
    this.heard.changed(list);
  }

  removeLocal(pattern: string, group: string, service: LocalListener['service']): void {
    const key = eventKey(pattern, group);
    const list = this.lists.get(key);
    if (list === undefined) return;
    list.local.removeService(service);
    this.heard.changed(list);
    this.changed(key, list);
  }

  private changed(key: string, list: EventList): void {
    if (list.empty) this.removeList(key, list);
    else list.changed();
  }

  private listFor(pattern: string, group: string): EventList {
    const key = eventKey(pattern, group);
    let list = this.lists.get(key);
    if (list === undefined) {
      list = new EventList(this.created++, pattern, group);
      this.lists.set(key, list);
      this.listed += priceOfPattern(pattern);
      if (!list.plain) this.wild.add(list);
      else this.plainOf(pattern).add(list);
      this.epoch++;
    }
    return list;
  }

  private plainOf(name: string): Set<EventList> {
    let lists = this.plain.get(name);
    if (lists === undefined) this.plain.set(name, (lists = new Set()));
    return lists;
  }

  private removeList(key: string, list: EventList): void {
    this.lists.delete(key);
    this.listed -= priceOfPattern(list.pattern);
    this.wild.delete(list);
    const others = this.plain.get(list.pattern);
    if (others?.delete(list) && others.size === 0) this.plain.delete(list.pattern);
    for (const group of [...list.groups]) {
      this.groups.delete(group.key);
      group.dispose();
    }
    list.retire();
    this.epoch++;
  }

  private find(name: string, former: EventTargets | undefined): EventTargets {
    const matching = [...(this.plain.get(name) ?? [])];
    for (const list of this.wild) {
      // A list is tried once a name: others can change what they announce again and again.
      const fits =
        former !== undefined && list.order < former.tried ? former.wild.has(list) : list.matches(name);
      if (fits) matching.push(list);
    }
    matching.sort((a, b) => a.order - b.order);
    const byGroup = new Map<string, EventList[]>();
    for (const list of matching) {
      const lists = byGroup.get(list.group);
      if (lists === undefined) byGroup.set(list.group, [list]);
      else lists.push(list);
    }
    const groups = [...byGroup].map(([group, lists]) => this.groupOf(group, lists, former));
    const wild = new Set(matching.filter((list) => !list.plain));
    // Read last: making a group may push an old one out, which counts as a change.
    return new EventTargets(groups, this.epoch, wild, this.created);
  }

  /** One group object for all names that the same lists match. */
  private groupOf(name: string, lists: readonly EventList[], former: EventTargets | undefined): EventGroup {
    const key = lists.map((list) => list.order).join();
    let group = this.groups.get(key);
    if (group === undefined) {
      group = new EventGroup(name, key, lists, this.host);
      const predecessor = former?.groups.find((other) => other.name === name);
      if (predecessor !== undefined) group.follow(predecessor);
      this.groups.set(key, group);
    }
    return group;
  }

  private retire(group: EventGroup): void {
    group.dispose();
    this.epoch++;
  }
}
