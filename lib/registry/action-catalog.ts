import { BoundedMap } from './bounded-map.js';
import { ActionList, type ActionListHost } from './action-list.js';
import type { ShapeUser } from './node-catalog.js';
import type { LocalActionEndpoint } from './node-endpoint.js';
import { ACTION_LIST } from './prices.js';
import type { Shape } from './shape.js';

/** So many names are remembered after the last node that had them went: a caller is told "not available" instead of "not found". */
const MAX_REMEMBERED = 10_000;

/** All actions that are known, or were. */
export class ActionCatalog implements ShapeUser {
  private readonly lists = new Map<string, ActionList>();
  private readonly empty = new BoundedMap<string, true>(MAX_REMEMBERED, (name) => this.lists.delete(name));

  constructor(private readonly host: ActionListHost) {}

  get(name: string): ActionList | undefined {
    return this.lists.get(name);
  }

  all(): MapIterator<ActionList> {
    return this.lists.values();
  }

  /** Names that somebody offers, to others than the service itself. */
  *names(): IterableIterator<string> {
    for (const list of this.lists.values()) if (!list.empty && !list.hidden) yield list.name;
  }

  get size(): number {
    return this.lists.size;
  }

  get remembered(): number {
    return this.empty.size;
  }

  /** Names that are only remembered have a bound of their own. */
  get weight(): number {
    return ACTION_LIST * (this.lists.size - this.empty.size);
  }

  weightOf(shape: Shape): number {
    let missing = 0;
    for (const name of shape.actions.keys()) if (!this.lists.has(name) || this.empty.has(name)) missing++;
    return ACTION_LIST * missing;
  }

  attach(shape: Shape): void {
    for (const [name, offer] of shape.actions) this.listFor(name).attach(shape, offer);
  }

  detach(shape: Shape): void {
    for (const name of shape.actions.keys()) {
      const list = this.lists.get(name);
      if (list === undefined) continue;
      list.detach(shape);
      this.rememberIfEmpty(list);
    }
  }

  setLocal(endpoint: LocalActionEndpoint): void {
    this.listFor(endpoint.name).setLocal(endpoint);
  }

  removeLocal(name: string): void {
    const list = this.lists.get(name);
    if (list === undefined) return;
    list.setLocal(null);
    this.rememberIfEmpty(list);
  }

  private listFor(name: string): ActionList {
    let list = this.lists.get(name);
    if (list === undefined) {
      list = new ActionList(name, this.host);
      this.lists.set(name, list);
    }
    this.empty.delete(name);
    return list;
  }

  private rememberIfEmpty(list: ActionList): void {
    if (!list.empty) return;
    if (list.hidden) this.lists.delete(list.name);
    else this.empty.set(list.name, true);
  }
}
