import type { Dictionary } from '../protocol/packets.js';
import { ACTION_LIST, ENTRY, priceOfPattern, SERVICE } from './prices.js';
import { maxSizeOfNode, type RegistryLimits } from './registry-limits.js';
import { weigh } from './weigh.js';

/** Lets pass of one list of services what is within the limits; weighs that, and counts what it kept back. */
export class Sieve {
  /** Memory of what passed, estimated, bytes. */
  weight = 0;
  leftOut = 0;
  /** As `weight`, of the lists it needs in the catalogs if nobody else has the like. */
  private lists = 0;
  private readonly maxWeight: number;

  constructor(private readonly limits: RegistryLimits) {
    this.maxWeight = maxSizeOfNode(limits);
  }

  /** It is too much for one node: nothing of it can be kept. */
  get tooHeavy(): boolean {
    return this.weight + this.lists > this.maxWeight;
  }

  /** A text that is neither empty nor too long. */
  name(value: unknown): string | null {
    if (typeof value !== 'string' || value === '') return null;
    if (value.length <= this.limits.maxNameLength) return value;
    this.leftOut++;
    return null;
  }

  /** A map that is not nested too deep; else an empty one. */
  map(value: unknown): Dictionary {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return this.weighed(value) ? (value as Dictionary) : {};
  }

  addService(fullName: string): void {
    this.weight += SERVICE + 2 * fullName.length;
  }

  /** Whether an action is let through. */
  passesAction(action: Dictionary): boolean {
    return this.passes(action, ACTION_LIST);
  }

  /** Whether an event is let through. */
  passesEvent(event: Dictionary): boolean {
    const { group } = event;
    // Without its group it would be heard in another.
    if (typeof group === 'string' && group !== '' && this.name(group) === null) return false;
    return this.passes(event, priceOfPattern(String(event['name'])));
  }

  private passes(item: Dictionary, list: number): boolean {
    if (this.name(item['name']) === null || !this.weighed(item)) return false;
    this.weight += ENTRY;
    this.lists += list;
    return true;
  }

  private weighed(value: object): boolean {
    const weight = weigh(value, this.limits.maxDepth, this.maxWeight);
    if (weight === Infinity) {
      this.leftOut++;
      return false;
    }
    this.weight += weight;
    return true;
  }
}
