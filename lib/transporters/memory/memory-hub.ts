// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- no time: the turn of a real loop, also where a test fakes the global one
import { setImmediate as nextTurn } from 'node:timers';
import { memoryHubCut } from '../../messages/transporters.messages.js';

/** What the hub tells a member. */
export interface HubPort {
  message(topic: string, data: Buffer): void;
  /** The member's place is usable: after `join`, if the hub was down then, or after a cut. */
  up(): void;
  /** The member was cut off; its subscriptions are gone. */
  down(error: Error): void;
}

interface Member {
  readonly port: HubPort;
  readonly topics: Set<string>;
  connected: boolean;
}

interface Parcel {
  readonly from: object;
  readonly topic: string;
  readonly data: Buffer;
}

/**
 * A network inside the process: carries bytes between its members, by topic, in the order of sending.
 *
 * Nothing is delivered while `publish` is still running: parcels go out in the next turn of the event loop, to those who are
 * connected and subscribed then, the sender included. Each receiver gets a copy of its own. As on a real network a parcel for
 * nobody is lost.
 */
export class MemoryHub {
  private readonly members = new Map<object, Member>();
  /** Who hears a topic. The lists are replaced, never changed, so that a delivery under way may walk one. */
  private readonly listeners = new Map<string, readonly Member[]>();
  private parcels: Parcel[] = [];
  private waiters: (() => void)[] = [];
  private down = false;

  constructor(readonly name: string) {}

  /** Take a place. `true`: usable at once; `false`: the hub is down and `port.up` tells when it is back. */
  join(owner: object, port: HubPort): boolean {
    this.members.set(owner, { port, topics: new Set(), connected: !this.down });
    return !this.down;
  }

  /** Give the place back. What was sent before is still delivered. */
  leave(owner: object): void {
    const member = this.members.get(owner);
    if (!member) return;
    this.members.delete(owner);
    this.disable(member);
  }

  /** `false`: the member is cut off, or none. */
  subscribe(owner: object, topics: readonly string[]): boolean {
    const member = this.members.get(owner);
    if (!member?.connected) return false;
    for (const topic of topics) {
      if (member.topics.has(topic)) continue;
      member.topics.add(topic);
      this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), member]);
    }
    return true;
  }

  /** The member hears these topics no more. */
  unsubscribe(owner: object, topics: readonly string[]): void {
    const member = this.members.get(owner);
    if (member) this.silence(member, topics);
  }

  /** Whether a member hears a topic; a cut ends its subscriptions. */
  isSubscribed(owner: object, topic: string): boolean {
    return this.members.get(owner)?.topics.has(topic) === true;
  }

  /** The bytes are copied: the sender may use its buffer again. */
  publish(owner: object, topic: string, data: Buffer | string): void {
    if (!this.members.get(owner)?.connected) return;
    const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
    if (this.parcels.push({ from: owner, topic, data: bytes }) === 1) nextTurn(this.deliver);
  }

  /** Settles when all that was published so far has been delivered. */
  delivered(): Promise<void> {
    if (this.parcels.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** How many members hear a topic. */
  countSubscribers(topic: string): number {
    return this.listeners.get(topic)?.length ?? 0;
  }

  /**
   * Cut members off, or everybody and all who join later if none is named. What they sent and nobody has received yet is lost.
   *
   * @param owners the transporters that joined
   */
  cut(...owners: object[]): void {
    if (owners.length === 0) this.down = true;
    for (const owner of owners.length > 0 ? owners : [...this.members.keys()]) {
      const member = this.members.get(owner);
      if (!member?.connected) continue;
      this.disable(member);
      this.parcels = this.parcels.filter((parcel) => parcel.from !== owner);
      member.port.down(new Error(memoryHubCut(this.name)));
    }
  }

  /** End a `cut`, of the named members or of all. They subscribe anew. */
  restore(...owners: object[]): void {
    if (owners.length === 0) this.down = false;
    for (const owner of owners.length > 0 ? owners : [...this.members.keys()]) {
      const member = this.members.get(owner);
      if (!member || member.connected) continue;
      member.connected = true;
      member.port.up();
    }
  }

  private readonly deliver = (): void => {
    const parcels = this.parcels;
    const waiters = this.waiters;
    this.parcels = [];
    this.waiters = [];
    for (const { topic, data } of parcels) {
      for (const member of this.listeners.get(topic) ?? []) {
        if (member.connected) member.port.message(topic, Buffer.from(data));
      }
    }
    for (const resolve of waiters) resolve();
  };

  private disable(member: Member): void {
    member.connected = false;
    this.silence(member, [...member.topics]);
  }

  private silence(member: Member, topics: readonly string[]): void {
    for (const topic of topics) {
      if (!member.topics.delete(topic)) continue;
      const rest = this.listeners.get(topic)!.filter((other) => other !== member);
      if (rest.length > 0) this.listeners.set(topic, rest);
      else this.listeners.delete(topic);
    }
  }
}

/**
 * The network itself: all hubs of this process, by name. Module state on purpose, because two applications in one process can
 * meet nowhere else. A hub lives as long as somebody holds it, a member or a test; then its name is free again.
 */
const hubs = new Map<string, WeakRef<MemoryHub>>();

const names = new FinalizationRegistry<string>((name) => {
  if (!hubs.get(name)?.deref()) hubs.delete(name);
});

/** The hub of that name, made if need be. Tests use it to fail the network: `memoryHub('name').cut()`. */
export function memoryHub(name: string): MemoryHub {
  const known = hubs.get(name)?.deref();
  if (known) return known;
  const hub = new MemoryHub(name);
  hubs.set(name, new WeakRef(hub));
  names.register(hub, name);
  return hub;
}
