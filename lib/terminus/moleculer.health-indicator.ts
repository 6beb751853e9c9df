import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import type { SchedulerLike } from 'rxjs';
import {
  getBrokerToken,
  getSchedulerToken,
  getTransitToken,
  type ServiceBroker,
  type Transit,
} from '../index.js';
import * as messages from '../messages/terminus.messages.js';
import { within } from '../time/delay.js';
import { answeringNode } from './answering-node.js';

/** What all checks take. */
export interface MoleculerHealthOptions {
  /** ms that an answer may take. Default 500: less than the second after which Kubernetes gives up a probe */
  timeout?: number;
  /** Name of the broker. Default: the default broker */
  broker?: string;
}

interface Checked {
  readonly broker: ServiceBroker;
  readonly transit: Transit;
  readonly scheduler: SchedulerLike;
  readonly timeout: number;
}

/** ms */
const TIMEOUT = 500;

/**
 * Health checks for `@nestjs/terminus` (11, 12). Stands among the providers of the module that has the health controller.
 *
 * @example
 * this.health.check([
 *   () => this.moleculer.isConnected(),
 *   () => this.moleculer.servicesAvailable(['users']),
 * ]);
 *
 * @publicApi
 */
@Injectable()
export class MoleculerHealthIndicator {
  /** How often services were looked for. */
  private turns = 0;

  constructor(@Inject(ModuleRef) private readonly moduleRef: ModuleRef) {}

  /**
   * Whether this node is part of its cluster. Up when it has joined, and the transporter answers a question that has just been asked, where
   * it can answer one (Redis and memory can). Down before the start, without a connection, and from the first moment of the stop on: before
   * services are withdrawn, and while requests are still served. A node without a transporter is up as long as it runs.
   *
   * What is wrong is said, not thrown. For readiness: for liveness it would have the process restarted when Redis is gone.
   *
   * @param key under which the result stands. Default `'moleculer'`
   * @throws Nest's error for an unknown provider, if there is no such broker
   */
  async isConnected<Key extends string = 'moleculer'>(
    key: Key = 'moleculer' as Key,
    options: MoleculerHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const checked = this.of(options);
    const { broker, transit, scheduler } = checked;
    const began = scheduler.now();
    const problem = stateProblem(checked) ?? (await echoProblem(checked)) ?? stateProblem(checked);
    if (problem !== null) return down(key, problem);
    const elapsedTime = Math.round(scheduler.now() - began);
    return up(key, { nodeID: broker.nodeID, ...(!transit.alone && { elapsedTime }) });
  }

  /**
   * Whether services can be called: this node has them, or one of the nodes that offer them answers a ping. Down if one of them cannot.
   * Three nodes of a service are asked at most. What is wrong is said, not thrown.
   *
   * @param names full names, such as `'v2.users'`
   * @throws Nest's error for an unknown provider, if there is no such broker
   */
  servicesAvailable<Key extends string = string>(
    key: Key,
    names: string | readonly string[],
    options?: MoleculerHealthOptions,
  ): Promise<HealthIndicatorResult<Key>>;
  /** The same under the key `'services'`: not that of `isConnected`, for of two results under one key terminus keeps the last. */
  servicesAvailable(
    names: readonly string[],
    options?: MoleculerHealthOptions,
  ): Promise<HealthIndicatorResult<'services'>>;
  async servicesAvailable(
    ...[first, second, third]:
      | [key: string, names: string | readonly string[], options?: MoleculerHealthOptions]
      | [names: readonly string[], options?: MoleculerHealthOptions]
  ): Promise<HealthIndicatorResult> {
    if (typeof first !== 'string')
      return this.areAvailable('services', first, second as MoleculerHealthOptions);
    return this.areAvailable(first, second as string | readonly string[], third);
  }

  private async areAvailable(
    key: string,
    names: string | readonly string[],
    options: MoleculerHealthOptions = {},
  ): Promise<HealthIndicatorResult> {
    const { broker, timeout } = this.of(options);
    const all = typeof names === 'string' ? [names] : names;
    const turn = this.turns++;
    const found = await Promise.all(all.map((name) => answeringNode(broker, name, timeout, turn)));
    const services = Object.fromEntries(
      all.map((name, i) => [
        name,
        found[i].problem === null ? { nodeID: found[i].nodeID } : found[i].problem,
      ]),
    );
    const problems = new Map(
      all.flatMap((name, i) => (found[i].problem === null ? [] : [[name, found[i].problem]])),
    );
    return problems.size === 0
      ? up(key, { services })
      : down(key, messages.servicesDown(problems), { services });
  }

  private of({ broker: name, timeout = TIMEOUT }: MoleculerHealthOptions): Checked {
    const get = <T>(token: unknown): T => this.moduleRef.get<T>(token as string, { strict: false });
    return {
      broker: get(getBrokerToken(name)),
      transit: get(getTransitToken(name)),
      scheduler: get(getSchedulerToken(name)),
      timeout,
    };
  }
}

function stateProblem({ broker, transit }: Checked): string | null {
  // A test may have put something simpler in the broker's place.
  const state = broker.state as typeof broker.state | undefined;
  if (state === undefined) return messages.noBrokerThere;
  return state === 'connected' ? null : messages.notConnected(state, transit.reason);
}

/** Asks the wire for our own subscription: there and back, through the very connections that carry calls. */
async function echoProblem({ broker, transit, scheduler, timeout }: Checked): Promise<string | null> {
  if (transit.alone) return null;
  const asked = transit.countSubscribers(transit.topics.of('REQ', broker.nodeID));
  // undefined: too late; null: a wire that cannot tell.
  const count = await within(scheduler, timeout, asked);
  if (count === undefined) return messages.noEcho(timeout);
  return count === 0 ? messages.notSubscribed : null;
}

function up<Key extends string>(key: Key, data: Record<string, unknown>): HealthIndicatorResult<Key> {
  return { [key]: { status: 'up', ...data } } as HealthIndicatorResult<Key>;
}

function down<Key extends string>(
  key: Key,
  message: string,
  data: Record<string, unknown> = {},
): HealthIndicatorResult<Key> {
  return { [key]: { status: 'down', message, ...data } } as unknown as HealthIndicatorResult<Key>;
}
