import 'reflect-metadata';
import type { ModuleMetadata } from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { Context } from '../../../../lib/context/context.js';
import { getExplorerToken } from '../../../../lib/decorators/named-token.js';
import { MoleculerExplorer } from '../../../../lib/explorer/moleculer.explorer.js';
import { later, laterStill } from '../../../../lib/pipeline/outcome.js';
import type { ServiceDefinition } from '../../../../lib/registry/service-definition.js';

const ALL = { guards: true, interceptors: true, pipes: true, filters: true };

export interface ExploreOptions {
  broker?: string;
  /** Names of other brokers the app has. */
  others?: (string | undefined)[];
  globalEnhancers?: Partial<typeof ALL>;
  /** Before `init`. */
  configure?(builder: TestingModuleBuilder): TestingModuleBuilder;
  prepare?(app: App): void;
}

type App = Awaited<ReturnType<TestingModuleBuilder['compile']>>;

export interface Explored {
  app: App;
  explorer: MoleculerExplorer;
  services: ServiceDefinition[];
  /** The only service. */
  service: ServiceDefinition;
  /** Calls the compiled handler of an action. */
  call(action: string, params?: unknown, change?: (ctx: Context) => void): Promise<any>;
  handler(action: string): (ctx: Context) => unknown;
}

export const context = (params: unknown = {}): Context =>
  new Context(
    { nodeID: 'here', now: () => 0, newID: () => 'id' } as never,
    null,
    params,
    {},
  ) as unknown as Context;

/** An app with an explorer and these classes, explored. */
export async function explore(metadata: ModuleMetadata, options: ExploreOptions = {}): Promise<Explored> {
  const { broker, others = [], globalEnhancers = {}, configure, prepare } = options;
  const builder = Test.createTestingModule({
    ...metadata,
    imports: [...(metadata.imports ?? []), DiscoveryModule],
    providers: [
      ...(metadata.providers ?? []),
      ...others.map((name) => ({ provide: getExplorerToken(name), useValue: null })),
      {
        provide: getExplorerToken(broker),
        inject: [DiscoveryService, MetadataScanner, ApplicationConfig],
        useFactory: (discovery: DiscoveryService, scanner: MetadataScanner, config: ApplicationConfig) =>
          new MoleculerExplorer({
            discovery,
            scanner,
            config,
            broker,
            globalEnhancers: { ...ALL, ...globalEnhancers },
          }),
      },
    ],
  });
  builder.setLogger(false as never);
  const app = await (configure?.(builder) ?? builder).compile();
  prepare?.(app);
  await app.init();
  const explorer = app.get<MoleculerExplorer>(getExplorerToken(broker), { strict: false });
  const services = await explorer.explore();
  const handler = (action: string) => {
    const found = services.flatMap((service) => service.actions).find(({ info }) => info.name === action);
    if (!found) throw new Error(`no action ${action}`);
    return found.handler;
  };
  return {
    app,
    explorer,
    services,
    service: services[0],
    handler,
    call: async (action, params, change) => {
      const ctx = context(params);
      change?.(ctx);
      // As whoever runs handlers does.
      const result = handler(action)(ctx);
      const value = await (later(result, ctx) ?? result);
      return laterStill(value, ctx) ?? value;
    },
  };
}
