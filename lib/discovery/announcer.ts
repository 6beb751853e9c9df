import type { SchedulerLike, Subscription } from 'rxjs';
import { CAPABILITIES } from '../protocol/capabilities.js';
import type { Dialect } from '../protocol/dialect.js';
import type { Dictionary } from '../protocol/packets.js';
import { BoundedMap } from '../registry/bounded-map.js';
import type { Registry } from '../registry/registry.js';
import { WAITING } from '../registry/waiting-services.js';
import type { Transit } from '../transit/transit.js';
import { Introductions } from './introductions.js';

/** More nodes than this are not remembered. */
const MAX_TOLD = 20_000;

export interface OwnFacts {
  instanceID: string;
  ipList: string[];
  hostname: string;
  client: { type: string; version: string; langVersion: string };
  metadata: Dictionary;
  /** What we can do beyond the protocol; see `CAPABILITIES`. */
  capabilities: readonly string[];
  /** Services held back until their dependencies are there; null if there are none. */
  waiting(): Record<string, readonly string[]> | null;
}

/**
 * Tells the others what this node offers. Changes within the debounce time go out together, and a change that was taken back in
 * the meantime does not go out at all: a peer ignores an INFO whose `seq` is not greater (trap 6), so `seq` rises with the text.
 */
export class Announcer {
  /** What the current `seq` stands for. */
  private announced = '[]';
  /** The `seq` that went out to all; single nodes may have been told of a later one. */
  private published = 1;
  private timer: Subscription | null = null;
  private withdrawn = false;
  private active = false;
  private readonly introductions: Introductions;
  /** The `seq` that nodes were told one by one; what a broadcast reached is not known. */
  private told = new BoundedMap<string, number>(MAX_TOLD);

  constructor(
    private readonly transit: Transit,
    private readonly registry: Registry,
    private readonly facts: OwnFacts,
    private readonly scheduler: SchedulerLike,
    private readonly debounce: number,
  ) {
    this.introductions = new Introductions(scheduler, {
      one: (nodeID, dialect) => this.attempt(() => this.sendTo(nodeID, dialect)),
      all: () =>
        this.attempt(() => {
          this.refresh();
          this.broadcast();
        }),
    });
  }

  /** The services changed. */
  changed(): void {
    if (!this.active || this.withdrawn || this.timer !== null) return;
    this.timer = this.scheduler.schedule(() => {
      this.timer = null;
      this.attempt(() => this.publishChanges());
    }, this.debounce);
  }

  /** Offers the services again after a `withdraw`. */
  reset(): void {
    this.withdrawn = false;
  }

  /** From now on changes are published; says at once what there is. */
  start(): void {
    this.active = true;
    this.told = new BoundedMap(MAX_TOLD);
    this.refresh();
    this.broadcast();
  }

  /** While there is no connection nothing is published; the next `start` catches up. */
  pause(): void {
    this.active = false;
    this.cancel();
    this.introductions.cancel();
  }

  /** Takes all services back. Answers to DISCOVER are empty from here on. */
  withdraw(): void {
    this.withdrawn = true;
    this.cancel();
    this.attempt(() => this.publishChanges());
  }

  /** INFO to a node that asked, in the version it asked in or is known to speak; to all, if too many ask. */
  answer(nodeID: string, dialect = this.transit.versions.of(nodeID)): void {
    this.introductions.tell(nodeID, dialect);
  }

  private sendTo(nodeID: string, dialect: Dialect): void {
    this.refresh();
    this.told.set(nodeID, this.registry.localSeq);
    this.transit.sendPlain('INFO', nodeID, this.payload(), dialect);
  }

  /**
   * Tells a node that may not know us, or not how we changed since it asked; once each. Before the first announcement there is no
   * need.
   */
  introduce(nodeID: string): void {
    if (!this.active || this.withdrawn || this.told.get(nodeID) === this.registry.localSeq) return;
    this.answer(nodeID);
  }

  private cancel(): void {
    this.timer?.unsubscribe();
    this.timer = null;
  }

  private payload(): Dictionary {
    const { instanceID, ipList, hostname, client } = this.facts;
    const services = this.withdrawn ? [] : this.registry.announcedInfo();
    const metadata = this.metadata();
    return {
      services,
      ipList,
      hostname,
      client,
      config: {},
      instanceID,
      metadata,
      seq: this.registry.localSeq,
    };
  }

  private metadata(): Dictionary {
    const { metadata, capabilities } = this.facts;
    const waiting = this.withdrawn ? null : this.facts.waiting();
    const told: Dictionary = { ...metadata };
    if (capabilities.length > 0) told[CAPABILITIES] = capabilities;
    if (waiting !== null) told[WAITING] = waiting;
    return told;
  }

  /** Counts `seq` up if the services differ from those that were last told to anybody. */
  private refresh(): void {
    const waiting = this.facts.waiting();
    const told = this.withdrawn ? [] : this.registry.announcedInfo();
    const text = JSON.stringify(waiting === null ? told : [told, waiting]);
    if (text === this.announced) return;
    this.announced = text;
    this.registry.localSeq++;
  }

  private publishChanges(): void {
    this.refresh();
    if (this.published !== this.registry.localSeq) this.publish();
  }

  /** From a timer, or as a step of the stop: what cannot be told keeps nothing else from happening. The next change tells of it too. */
  private attempt(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.transit.noteUnwritten('INFO', error);
    }
  }

  /** Peers of one version hear a broadcast; where both are in use each peer is told in its own, so that nobody logs an error. */
  private publish(): void {
    const { versions } = this.transit;
    if (versions.inUse().length === 1) {
      this.broadcast();
      return;
    }
    this.published = this.registry.localSeq;
    for (const node of this.registry.remoteNodes()) {
      if (node.available) this.transit.sendPlain('INFO', node.id, this.payload());
    }
  }

  private broadcast(): void {
    const seq = this.registry.localSeq;
    this.transit.broadcastPlain('INFO', this.payload());
    this.published = seq;
  }
}
