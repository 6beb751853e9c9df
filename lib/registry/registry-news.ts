import { Logger } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import { changeMessages, nodeMessages } from '../messages/registry.messages.js';
import { GuardedObservable } from './guarded-observable.js';
import type { NodeListing } from './listings.js';
import type { NodeEntry } from './node-entry.js';
import type { RegistryChange, RegistrySink } from './registry-change.js';

/**
 * Tells changes to all who want to know: the broker, internal events, `changes()`, and the log of what only the registry sees (that
 * a node came or said goodbye is logged where its packet arrives).
 */
export class RegistryNews {
  private sink: RegistrySink | null = null;
  private readonly subject = new Subject<RegistryChange>();
  private readonly logger = new Logger('MoleculerRegistry');

  constructor(private readonly describe: (node: NodeEntry) => NodeListing) {}

  listen(sink: RegistrySink): void {
    this.sink = sink;
  }

  changes(): Observable<RegistryChange> {
    const report = (error: unknown) => this.logger.error(changeMessages.subscriberThrew(), stackOf(error));
    return new GuardedObservable<RegistryChange>(report, this.subject);
  }

  /** Of our own services the internal event is raised by whoever manages them, when they are announced. */
  servicesChanged(entry: NodeEntry): void {
    if (!entry.local) this.sink?.event('$services.changed', { localService: false });
    if (this.subject.observed) this.subject.next({ type: 'services.changed', node: this.describe(entry) });
  }

  connected(entry: NodeEntry, reconnected: boolean): void {
    const node = this.describe(entry);
    this.sink?.event('$node.connected', { node, reconnected });
    this.subject.next({ type: 'node.connected', node, reconnected });
  }

  updated(entry: NodeEntry): void {
    const node = this.describe(entry);
    this.sink?.event('$node.updated', { node });
    this.subject.next({ type: 'node.updated', node });
  }

  /** Moleculer's order: the node, its services, the calls. */
  disconnected(entry: NodeEntry, unexpected: boolean, silentFor: number | null): void {
    if (silentFor !== null) this.logger.warn(nodeMessages.silent(entry.id, silentFor));
    else if (unexpected) this.logger.warn(nodeMessages.lost(entry.id));
    const node = this.describe(entry);
    this.sink?.event('$node.disconnected', { node, unexpected });
    this.subject.next({ type: 'node.disconnected', node, unexpected });
    this.servicesChanged(entry);
    this.sink?.nodeDisconnected(entry.id, unexpected);
  }

  /** Another process has taken the node's place without a goodbye: what the former was asked, nobody will answer. */
  restarted(entry: NodeEntry): void {
    this.logger.warn(nodeMessages.restarted(entry.id));
    this.sink?.nodeDisconnected(entry.id, true);
  }

  forgotten(nodeID: string): void {
    this.logger.log(nodeMessages.forgotten(nodeID));
  }

  complete(): void {
    this.subject.complete();
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
