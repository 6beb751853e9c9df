import type { Logger } from '@nestjs/common';
import type { SchedulerLike, Subscription } from 'rxjs';
import * as messages from '../messages/broker.messages.js';
import type { Registry } from '../registry/registry.js';

/** ms between two reminders that a service still waits. */
const REMIND = 30_000;

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

  constructor(
    private readonly registry: Registry,
    private readonly scheduler: SchedulerLike,
    private readonly options: GateOptions,
    private readonly logger: Logger,
  ) {}

  /** Calls `open` once all dependencies can be called, at once if they can now. */
  hold(name: string, dependencies: readonly string[], open: () => void): void {
    const missing = this.missing(dependencies);
    if (missing.length === 0) {
      open();
      return;
    }
    this.logger.log(messages.dependenciesMissing(name, missing, 0));
    const entry = { name, dependencies, open, since: this.scheduler.now() } as Waiting;
    entry.timers = this.remind(entry);
    this.waiting.set(name, entry);
    this.watching ??= this.registry.changes().subscribe(() => this.look());
  }

  /** Looks again; services that open may open others. */
  look(): void {
    for (const entry of [...this.waiting.values()]) {
      if (!this.waiting.has(entry.name) || this.missing(entry.dependencies).length > 0) continue;
      this.release(entry.name);
      entry.open();
    }
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

  private missing(dependencies: readonly string[]): string[] {
    return dependencies.filter((name) => !this.registry.hasService(name));
  }

  private remind(entry: Waiting): Subscription {
    const { registry, logger, options, scheduler } = this;
    const missing = () => entry.dependencies.filter((name) => !registry.hasService(name));
    const timers = scheduler.schedule(function () {
      const seconds = Math.round((scheduler.now() - entry.since) / 1000);
      logger.warn(messages.dependenciesMissing(entry.name, missing(), seconds));
      this.schedule(undefined, REMIND);
    }, REMIND);
    if (options.dependencyTimeout > 0) {
      timers.add(
        scheduler.schedule(() => {
          timers.unsubscribe();
          logger.error(messages.dependenciesTimedOut(entry.name, missing(), options.dependencyTimeout));
        }, options.dependencyTimeout),
      );
    }
    return timers;
  }
}

/** A circle among services of one node, by full names, first and last the same; null if there is none. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (name: string, path: string[]): string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of graph.get(name) ?? []) {
      const cycle = visit(next, [...path, name]);
      if (cycle !== null) return cycle;
    }
    done.add(name);
    return null;
  };
  for (const name of graph.keys()) {
    const cycle = visit(name, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
