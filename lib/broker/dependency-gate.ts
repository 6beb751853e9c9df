import type { Logger } from '@nestjs/common';
import type { SchedulerLike, Subscription } from 'rxjs';
import * as messages from '../messages/broker.messages.js';
import type { Registry } from '../registry/registry.js';
import { waitingServices } from '../registry/waiting-services.js';
import { BoundedLog, type LineLog } from '../time/bounded-log.js';
import { findCycle } from './dependency-cycle.js';

/** ms between two reminders that a service still waits. */
const REMIND = 30_000;
/** A minute. */
const CYCLES_TOLD = 10;

export interface GateOptions {
  /** ms; 0 = for ever */
  dependencyTimeout: number;
}

interface Waiting {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly open: () => void;
  readonly since: number;
  timers: Subscription;
}

/** Holds services back from being announced until what they depend on is there. */
export class DependencyGate {
  private readonly waiting = new Map<string, Waiting>();
  private watching: Subscription | null = null;
  private reportedCycle = '';
  /** For circles, which other nodes can make up. */
  private readonly log: LineLog;

  constructor(
    private readonly registry: Registry,
    private readonly scheduler: SchedulerLike,
    private readonly options: GateOptions,
    private readonly logger: Logger,
    /** Called when a service begins to wait: other nodes are to know of it. */
    private readonly changed: () => void,
  ) {
    this.log = new BoundedLog(logger, () => scheduler.now(), CYCLES_TOLD);
  }

  /** What is held back, and for what; null if nothing is. */
  get held(): Record<string, readonly string[]> | null {
    if (this.waiting.size === 0) return null;
    return Object.fromEntries(
      [...this.waiting.values()].map(({ name, dependencies }) => [name, dependencies]),
    );
  }

  /** Calls `open` once all dependencies can be called, at once if they can now. After `timeout` ms (0 = never) it says so. */
  hold(
    name: string,
    dependencies: readonly string[],
    open: () => void,
    timeout = this.options.dependencyTimeout,
  ): void {
    const missing = this.missing(dependencies);
    if (missing.length === 0) {
      open();
      return;
    }
    this.logger.log(messages.dependenciesMissing(name, missing, 0));
    const entry = { name, dependencies, open, since: this.scheduler.now() } as Waiting;
    entry.timers = this.remind(entry, timeout);
    this.waiting.set(name, entry);
    this.watching ??= this.registry.changes().subscribe(() => this.look());
    this.changed();
  }

  /** Looks again; services that open may open others. */
  look(): void {
    for (const entry of [...this.waiting.values()]) {
      if (!this.waiting.has(entry.name) || this.missing(entry.dependencies).length > 0) continue;
      this.release(entry.name);
      entry.open();
    }
    if (this.waiting.size > 0) this.lookForCycle();
  }

  release(name: string): void {
    this.waiting.get(name)?.timers.unsubscribe();
    this.waiting.delete(name);
    if (this.waiting.size > 0) return;
    this.watching?.unsubscribe();
    this.watching = null;
  }

  close(): void {
    for (const name of [...this.waiting.keys()]) this.release(name);
  }

  /** Circles within this node were refused when it started; here those that go through other nodes are named. */
  private lookForCycle(): void {
    const graph = new Map<string, readonly string[]>();
    for (const node of this.registry.remoteNodes()) {
      if (!node.available) continue;
      for (const [name, dependencies] of waitingServices(node.metadata)) graph.set(name, dependencies);
    }
    for (const { name, dependencies } of this.waiting.values()) graph.set(name, dependencies);
    const cycle = findCycle(graph, this.waiting.keys())?.join(' -> ') ?? '';
    if (cycle !== '' && cycle !== this.reportedCycle) this.log.error(messages.dependencyCycleAcross(cycle));
    this.reportedCycle = cycle;
  }

  private missing(dependencies: readonly string[]): string[] {
    return dependencies.filter((name) => !this.registry.hasService(name));
  }

  private remind(entry: Waiting, timeout: number): Subscription {
    const { registry, logger, scheduler } = this;
    const missing = () => entry.dependencies.filter((name) => !registry.hasService(name));
    const timers = scheduler.schedule(function () {
      const seconds = Math.round((scheduler.now() - entry.since) / 1000);
      logger.warn(messages.dependenciesMissing(entry.name, missing(), seconds));
      this.schedule(undefined, REMIND);
    }, REMIND);
    if (timeout > 0) {
      timers.add(
        scheduler.schedule(() => {
          timers.unsubscribe();
          logger.error(messages.dependenciesTimedOut(entry.name, missing(), timeout));
        }, timeout),
      );
    }
    return timers;
  }
}
