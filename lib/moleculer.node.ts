import type { SchedulerLike } from 'rxjs';
import type { BrokerControl, BrokerState, PongResponse } from './broker/broker-control.js';
import type { ServiceBroker } from './broker/service-broker.js';
import type { Presence } from './discovery/presence.js';
import { MoleculerError } from './errors/moleculer.error.js';
import { SteadyLogger } from './errors/steady-logger.js';
import { stackOf } from './errors/thrown.js';
import { BROKER_CONTEXT } from './messages/broker.messages.js';
import * as messages from './messages/lifecycle.messages.js';
import * as transitMessages from './messages/transit.messages.js';
import type { Deferred } from './time/deferred.js';
import { delay, within } from './time/delay.js';
import type { Transit } from './transit/transit.js';

export interface NodeDeps {
  broker: ServiceBroker;
  transit: Transit;
  /** null: no transporter, this process alone */
  presence: Presence | null;
  /** Behind `broker.ready`. */
  ready: Deferred;
  scheduler: SchedulerLike;
  transporterName: string;
}

/**
 * The one owner of start, drain and stop (API: life cycle). Each step is taken once, whoever asks for it and how often.
 */
export class MoleculerNode implements BrokerControl {
  private readonly logger = new SteadyLogger(BROKER_CONTEXT);
  private starting: Promise<void> | null = null;
  private draining: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  /** Ends the wait of `start` for the cluster. */
  private stopWaiting: (() => void) | null = null;
  private inConflict = false;
  /** ms that the stop has waited for work so far. */
  private waited = 0;

  constructor(private readonly deps: NodeDeps) {
    deps.broker.bind(this);
  }

  /** A node without a transporter is its whole cluster, and connected from its start. */
  get state(): BrokerState {
    if (this.draining !== null) return 'leaving';
    if (this.starting === null) return 'idle';
    return this.deps.presence === null || this.deps.transit.connected ? 'connected' : 'disconnected';
  }

  /** Joins the cluster; after `transit.connectTimeout` the app starts without it and joins later. */
  start(): Promise<void> {
    if (this.draining !== null)
      return Promise.reject(new MoleculerError(messages.startedAgain, 500, 'BROKER_STOPPED'));
    return (this.starting ??= this.run());
  }

  /** First half of leaving: services withdrawn, requests of others refused after `stopDelay`, running ones awaited. */
  drain(): Promise<void> {
    this.stopWaiting?.();
    return (this.draining ??= this.finishWork());
  }

  /** Second half: our own calls end, DISCONNECT, sockets and timers closed. */
  close(): Promise<void> {
    return (this.closing ??= this.drain()
      // Whatever went wrong there: connections and timers must not outlive the app.
      .catch((error: unknown) => this.logger.error(messages.drainFailed, stackOf(error)))
      .then(() => this.leave()));
  }

  stop(): Promise<void> {
    return this.close();
  }

  servicesChanged(): void {
    this.deps.presence?.announcer.changed();
  }

  async ping(nodeID: string, timeout: number): Promise<PongResponse | null> {
    return this.deps.presence === null ? null : this.deps.presence.pings.ping(nodeID, timeout);
  }

  private async run(): Promise<void> {
    const { broker, presence } = this.deps;
    if (presence === null) this.deps.ready.resolve();
    else await this.join(presence);
    if (this.draining !== null || this.inConflict) return;
    this.logger.log(
      messages.started(
        broker.nodeID,
        broker.namespace,
        broker.registry.announcedInfo().length,
        presence === null,
      ),
    );
    broker.parts.events.tell('$broker.started', {});
  }

  private async join(presence: Presence): Promise<void> {
    const { broker, ready, scheduler, transit, transporterName } = this.deps;
    const { connectTimeout } = broker.options.transit;
    const { events, requester } = broker.parts;
    const settled = new Promise<true>((resolve) => {
      this.stopWaiting = () => resolve(true);
      presence.open({
        joined: (wasReconnect) => {
          ready.resolve();
          resolve(true);
          events.tell('$transporter.connected', { wasReconnect });
        },
        conflict: (error) => {
          this.inConflict = true;
          ready.reject(error);
          resolve(true);
        },
        lost: () => {
          requester.pending.rejectAll(transitMessages.answerLost);
          events.tell('$transporter.disconnected', { graceFul: false });
        },
        pong: (payload) => events.tell('$node.pong', payload),
      });
    });
    if ((await within(scheduler, connectTimeout, settled)) === undefined) {
      this.logger.warn(transitMessages.notConnectedYet(transporterName, connectTimeout, transit.reason));
    }
  }

  private async finishWork(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const { broker, presence, transit, scheduler } = this.deps;
    const { options, parts } = broker;
    if (presence !== null) {
      this.logger.log(messages.draining(broker.nodeID));
      presence.announcer.withdraw();
      if (transit.connected) await delay(scheduler, options.registry.stopDelay);
    }
    parts.server.refuse();
    parts.events.listen(false);
    await this.await(parts.remoteWork);
  }

  private async leave(): Promise<void> {
    const { broker, presence, ready, transit } = this.deps;
    const { parts } = broker;
    await this.await(parts.localWork);
    await broker.stopRuntimeServices();
    // As long as anybody hears it: the streams end next.
    if (presence !== null && transit.connected) {
      parts.events.tell('$transporter.disconnected', { graceFul: true });
    }
    parts.events.tell('$broker.stopped', {});
    parts.streams.close();
    parts.eventFailures.close();
    parts.gate.close();
    await presence
      ?.close()
      .catch((error: unknown) => this.logger.error(messages.closeFailed, stackOf(error)));
    parts.requester.pending.rejectAll(transitMessages.brokerStopped);
    parts.deadlines.close();
    parts.runner.close();
    broker.registry.complete();
    // Whoever still waits for the join learns that it will not come.
    ready.reject(new MoleculerError(messages.stopped(broker.nodeID), 500, 'BROKER_STOPPED'));
    this.logger.log(messages.stopped(broker.nodeID));
  }

  /** The cluster's work and our own share one `shutdownTimeout`. */
  private async await(work: { readonly count: number; idle(): Promise<void> }): Promise<void> {
    if (work.count === 0) return;
    const { broker, scheduler } = this.deps;
    const { shutdownTimeout } = broker.options.tracking;
    const began = scheduler.now();
    const idle = work.idle().then(() => true as const);
    const done = await within(scheduler, Math.max(0, shutdownTimeout - this.waited), idle);
    this.waited += Math.max(0, scheduler.now() - began);
    if (done === undefined) this.logger.warn(messages.drainTimedOut(work.count, shutdownTimeout));
  }
}
