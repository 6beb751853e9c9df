import { MODULE_OPTIONS_TOKEN } from '../moleculer.module-definition.js';
import { ModuleRef } from '@nestjs/core';
import type { InjectionToken, Type } from '@nestjs/common';
import { getExplorerToken } from '../decorators/named-token.js';
import { BrokerOptionsError } from '../errors/broker.error.js';
import { ServiceBroker, type MoleculerModuleOptions } from '../index.js';
import { classNeedsContainer } from '../messages/microservices.messages.js';
import { getLifecycleToken } from '../moleculer.internal-tokens.js';
import type { MoleculerLifecycle } from '../moleculer.lifecycle.js';
import { brokerProviders } from '../moleculer.providers.js';
import type { ServiceDefinition } from '../registry/service-definition.js';

/**
 * A broker made from options where the application has no MoleculerModule: the same parts as the module's, by the same providers,
 * with the services of the patterns in the place of what an explorer finds.
 */
export class OwnBroker {
  private constructor(
    readonly broker: ServiceBroker,
    private readonly lifecycle: MoleculerLifecycle,
  ) {}

  /** Not started yet. */
  static async create(
    options: MoleculerModuleOptions,
    services: readonly ServiceDefinition[],
  ): Promise<OwnBroker> {
    const parts = new Parts(
      new Map<InjectionToken, unknown>([
        [MODULE_OPTIONS_TOKEN, options],
        [ModuleRef, { create: createAlone }],
        [getExplorerToken(), { explore: async () => services, assignStreams: () => undefined }],
      ]),
    );
    const broker = (await parts.get(ServiceBroker)) as ServiceBroker;
    return new OwnBroker(broker, (await parts.get(getLifecycleToken())) as MoleculerLifecycle);
  }

  /** Joins with its services. A node ID that is taken is an error; a cluster that cannot be reached is joined later. */
  async start(): Promise<void> {
    await this.lifecycle.onModuleInit();
    await this.lifecycle.onApplicationBootstrap();
    await Promise.race([this.broker.ready, Promise.resolve()]);
  }

  /** Withdraws the services, serves out what is under way, leaves. */
  async stop(): Promise<void> {
    await this.lifecycle.onModuleDestroy();
    await this.lifecycle.onApplicationShutdown();
  }
}

/** What Nest's container does for the module: each part made once, after those that it needs. */
class Parts {
  private readonly providers = new Map(
    brokerProviders(undefined).map((provider) => [provider.provide, provider]),
  );

  constructor(private readonly made: Map<InjectionToken, unknown>) {}

  async get(token: InjectionToken): Promise<unknown> {
    if (!this.made.has(token)) this.made.set(token, await this.make(token));
    return this.made.get(token);
  }

  private async make(token: InjectionToken): Promise<unknown> {
    const provider = this.providers.get(token);
    const needs: unknown[] = [];
    // One after the other: two that need a third must get the same.
    for (const need of provider?.inject ?? []) needs.push(await this.get(need as InjectionToken));
    return provider?.useFactory(...needs) as unknown;
  }
}

async function createAlone(type: Type): Promise<unknown> {
  if (type.length > 0) throw new BrokerOptionsError(classNeedsContainer(type.name));
  return new type();
}
