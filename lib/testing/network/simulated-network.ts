import type { SchedulerLike } from 'rxjs';
import type { RandomSource } from '../../time/sources.js';
import { Faults } from './faults.js';
import { Links } from './links.js';
import type { Parcel, Port } from './parcel.js';
import { Trace } from './trace.js';

/** The wire of a test cluster: topics as on a server of pub/sub, and between each two places whatever faults were asked for. */
export class SimulatedNetwork {
  readonly faults: Faults;
  readonly links: Links;
  readonly trace: Trace;
  /** Who hears a topic, in the order in which they asked. */
  private readonly listeners = new Map<string, Set<Port>>();
  private readonly members = new Set<Port>();
  /** The side of each node; null: the network is whole. */
  private sides: ReadonlyMap<number, number> | null = null;

  constructor(scheduler: SchedulerLike, random: RandomSource) {
    const start = scheduler.now();
    this.faults = new Faults(random);
    this.links = new Links(scheduler, (parcel) => this.arrive(parcel));
    this.trace = new Trace(() => scheduler.now() - start);
  }

  join(port: Port): void {
    this.members.add(port);
  }

  leave(port: Port): void {
    this.members.delete(port);
    this.unsubscribe(port, [...this.listeners.keys()]);
  }

  has(port: Port): boolean {
    return this.members.has(port);
  }

  subscribe(port: Port, topics: readonly string[]): void {
    for (const topic of topics) {
      const ports = this.listeners.get(topic);
      if (ports === undefined) this.listeners.set(topic, new Set([port]));
      else ports.add(port);
    }
  }

  unsubscribe(port: Port, topics: readonly string[]): void {
    for (const topic of topics) {
      const ports = this.listeners.get(topic);
      if (ports?.delete(port) && ports.size === 0) this.listeners.delete(topic);
    }
  }

  hears(port: Port, topic: string): boolean {
    return this.listeners.get(topic)?.has(port) === true;
  }

  /** Those whom a packet of this place would reach, itself included. */
  countListeners(port: Port, topic: string): number {
    let count = 0;
    for (const other of this.listeners.get(topic) ?? []) if (this.connects(port, other)) count++;
    return count;
  }

  /** The bytes are copied: the sender may use its buffer again. */
  publish(from: Port, topic: string, data: Buffer): void {
    if (!this.members.has(from)) return;
    for (const to of this.listeners.get(topic) ?? []) {
      const parcel = { from, to, topic, data: Buffer.from(data) };
      // To itself a node speaks through no network.
      if (to.node === from.node) this.links.send(parcel, 0, true);
      else this.post(parcel);
    }
  }

  /** @param sides nodes by their place; whoever is on none of them is on one of their own together */
  partition(sides: readonly (readonly number[])[]): void {
    this.sides = new Map(sides.flatMap((nodes, side) => nodes.map((node) => [node, side] as const)));
  }

  heal(): void {
    this.sides = null;
    this.faults.clear();
  }

  private post(parcel: Parcel): void {
    const fate = this.connects(parcel.from, parcel.to) ? this.faults.decide(parcel) : null;
    if (fate === null || fate.lost) {
      this.trace.lost(parcel);
      return;
    }
    this.links.send(parcel, fate.delay, fate.ordered);
    for (const delay of fate.copies) {
      this.links.send({ ...parcel, data: Buffer.from(parcel.data) }, fate.delay + delay, false);
    }
  }

  private arrive(parcel: Parcel): void {
    const { from, to, topic, data } = parcel;
    // Much may have happened while it was under way.
    const lost = !this.hears(to, topic) || !this.connects(from, to);
    if (from.node !== to.node) {
      if (lost) this.trace.lost(parcel);
      else this.trace.arrived(parcel);
    }
    if (!lost) to.message(topic, data);
  }

  private connects(from: Port, to: Port): boolean {
    return (
      from.node === to.node || this.sides === null || this.sides.get(from.node) === this.sides.get(to.node)
    );
  }
}
