import type { Observable } from 'rxjs';
import { SteadyLogger } from '../errors/steady-logger.js';
import { stackOf } from '../errors/thrown.js';
import { changeMessages, limitMessages, nodeMessages } from '../messages/registry.messages.js';
import { BoundedLog, type LineLog } from '../time/bounded-log.js';
import { Broadcast } from './broadcast.js';
import type { NodeListing } from './listings.js';
import type { NodeEntry } from './node-entry.js';
import type { RoomWatcher } from './node-room.js';
import type { RegistryChange, RegistrySink } from './registry-change.js';
import type { RegistryLimits } from './registry-limits.js';

/**
 * Tells changes to all who want to know: the broker, internal events, `changes()`, and the log of what only the registry sees (that
 * a node came or said goodbye is logged where its packet arrives).
 */
export class RegistryNews implements RoomWatcher {
  private sink: RegistrySink | null = null;
  private readonly logger = new SteadyLogger('MoleculerRegistry');
  private readonly told = new Broadcast<RegistryChange>((error) =>
    this.logger.error(changeMessages.subscriberThrew(), stackOf(error)),
  );
  /** For what other nodes cause. */
  private readonly log: LineLog;

  constructor(
    private readonly describe: (node: NodeEntry) => NodeListing,
    private readonly limits: RegistryLimits,
    now: () => number,
  ) {
    this.log = new BoundedLog(this.logger, now);
  }

  listen(sink: RegistrySink): void {
    this.sink = sink;
  }

  get watchers(): number {
    return this.told.size;
  }

  changes(): Observable<RegistryChange> {
    return this.told.stream;
  }

  /** Of our own services the internal event is raised by whoever manages them, when they are announced. */
  servicesChanged(entry: NodeEntry): void {
    if (!entry.local) this.sink?.event('$services.changed', { localService: false });
    if (this.told.size > 0) this.told.next({ type: 'services.changed', node: this.describe(entry) });
  }

  connected(entry: NodeEntry, reconnected: boolean): void {
    const node = this.describe(entry);
    this.sink?.event('$node.connected', { node, reconnected });
    this.told.next({ type: 'node.connected', node, reconnected });
  }

  updated(entry: NodeEntry): void {
    const node = this.describe(entry);
    this.sink?.event('$node.updated', { node });
    this.told.next({ type: 'node.updated', node });
  }

  /** Moleculer's order: the node, its services, the calls. */
  disconnected(entry: NodeEntry, unexpected: boolean, warning: string | null): void {
    if (warning !== null) this.log.warn(warning);
    const node = this.describe(entry);
    this.sink?.event('$node.disconnected', { node, unexpected });
    this.told.next({ type: 'node.disconnected', node, unexpected });
    this.servicesChanged(entry);
    this.sink?.nodeDisconnected(entry.id, unexpected);
  }

  /** Another process has taken the node's place without a goodbye: what the former was asked, nobody will answer. */
  restarted(entry: NodeEntry): void {
    this.log.warn(nodeMessages.restarted(entry.id));
    this.sink?.nodeDisconnected(entry.id, true);
  }

  tell(text: string): void {
    this.log.log(text);
  }

  nodeRefused(nodeID: string): void {
    this.log.warn(limitMessages.nodes(nodeID, this.limits.maxNodes));
  }

  servicesRefused(nodeID: string): void {
    this.log.warn(limitMessages.size(nodeID, this.limits.maxAnnouncedSize));
  }

  factsRefused(nodeID: string): void {
    this.log.warn(limitMessages.facts(nodeID, this.limits.maxDepth, this.limits.maxAnnouncedSize));
  }

  entriesRefused(nodeID: string, count: number): void {
    this.log.warn(limitMessages.entries(nodeID, count, this.limits.maxDepth, this.limits.maxNameLength));
  }

  complete(): void {
    this.told.complete();
  }
}
