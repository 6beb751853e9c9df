import type { SchedulerLike, Subscription } from 'rxjs';
import type { Registry } from '../registry/registry.js';
import type { PeerVersions } from '../transit/peer-versions.js';

/** ms between two looks at nodes to be forgotten, Moleculer's. */
const FORGET_PERIOD = 60_000;

export interface SweepOptions {
  /** s; a node silent for longer is offline */
  heartbeatTimeout: number;
  /** s; 0 = heartbeats are off, and so is the check */
  heartbeatInterval: number;
  disableHeartbeatChecks: boolean;
  disableOfflineNodeRemoving: boolean;
  /** s */
  cleanOfflineNodesTimeout: number;
}

/**
 * Looks for nodes that fell silent, three times per timeout: they are noticed after 1 to 1.34 timeouts, where Moleculer takes up to
 * two. Long-offline nodes are forgotten.
 */
export class OfflineSweep {
  private timer: Subscription | null = null;
  private lastLook = 0;

  constructor(
    private readonly registry: Registry,
    private readonly versions: PeerVersions,
    private readonly scheduler: SchedulerLike,
    private readonly options: SweepOptions,
    /** Whether the silence of all may be our own deafness. */
    private readonly inDoubt: () => boolean,
  ) {}

  /** Whether nodes are judged by their silence at all. */
  get checks(): boolean {
    return this.options.heartbeatInterval > 0 && !this.options.disableHeartbeatChecks;
  }

  start(): void {
    this.stop();
    const { options, checks } = this;
    if (!checks && options.disableOfflineNodeRemoving) return;
    const period = checks ? Math.min(FORGET_PERIOD, (options.heartbeatTimeout * 1000) / 3) : FORGET_PERIOD;
    this.lastLook = this.scheduler.now();
    this.registry.touchAll();
    const look = () => this.look(period);
    this.timer = this.scheduler.schedule(function () {
      look();
      this.schedule(undefined, period);
    }, period);
  }

  stop(): void {
    this.timer?.unsubscribe();
    this.timer = null;
  }

  private look(period: number): void {
    const { options, registry } = this;
    const now = this.scheduler.now();
    const passed = now - this.lastLook;
    this.lastLook = now;
    // This process itself stood still (stopped, suspended): what the others said meanwhile is still to be read. Or an injected clock
    // was put forwards or back.
    if (passed > 2 * period || passed < 0) registry.touchAll();
    registry.sweep({
      silentFor: this.checks && !this.inDoubt() ? options.heartbeatTimeout * 1000 : null,
      forgetAfter: options.disableOfflineNodeRemoving ? null : options.cleanOfflineNodesTimeout * 1000,
    });
    // Versions that nobody speaks any more are spoken no more.
    this.versions.keep((nodeID) => registry.node(nodeID) !== undefined);
  }
}
