import { inspect } from 'node:util';
import { type DynamicModule, Inject, Module, Optional } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  type MoleculerModuleExtras,
  type OPTIONS_TYPE,
} from './moleculer.module-definition.js';
import { BrokerOptionsError } from './errors/broker.error.js';
import {
  invalidAsyncOptions,
  invalidIsGlobal,
  invalidName,
  withoutForRoot,
} from './messages/module.messages.js';
import type { MoleculerModuleOptions } from './options/moleculer-module-options.interface.js';
import { isRecord } from './options/rules/value.rules.js';
import { MoleculerPreviewModule } from './moleculer.preview.js';
import { brokerProviders, wantedProviders } from './moleculer.providers.js';
import { replProviders } from './moleculer.repl-functions.js';
import { CONFIGURED, exportedTokens } from './moleculer.internal-tokens.js';

/**
 * Makes the application a node of a Moleculer cluster.
 *
 * @example
 * imports: [MoleculerModule.forRoot({ transporter: 'redis://localhost:6379' })]
 *
 * @publicApi
 */
@Module({ imports: [DiscoveryModule, MoleculerPreviewModule] })
export class MoleculerModule extends ConfigurableModuleClass {
  /** @internal */
  constructor(@Optional() @Inject(CONFIGURED) configured?: true) {
    super();
    if (!configured) throw new BrokerOptionsError(withoutForRoot);
  }

  /** @throws BrokerOptionsError at start, listing every option that is unknown, of a wrong type or impossible */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    // What is no object is judged with all other options; the builder would trip over it here.
    const given: unknown = options;
    if (!isRecord(given)) {
      return withBroker(super.forRootAsync({ useFactory: () => given as MoleculerModuleOptions }), {});
    }
    return withBroker(super.forRoot(options), options);
  }

  /** As `forRoot`, with options made by a factory or class. `name` and `isGlobal` stand beside it. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    const given: unknown = options;
    if (!isRecord(given) || SOURCES.filter((source) => typeof given[source] === 'function').length !== 1) {
      throw new BrokerOptionsError(invalidAsyncOptions(inspect(given, { depth: 0 })));
    }
    return withBroker(super.forRootAsync(options), options);
  }
}

/** Where options come from that are not there yet. */
const SOURCES = ['useFactory', 'useClass', 'useExisting'];

/** Clients and streams are asked for by decorators of files that may be loaded later: what is provided is looked up when Nest scans. */
function withBroker(module: DynamicModule, { name, isGlobal }: MoleculerModuleExtras): DynamicModule {
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) {
    throw new BrokerOptionsError(invalidName(inspect(name)));
  }
  if (isGlobal !== undefined && typeof isGlobal !== 'boolean') {
    throw new BrokerOptionsError(invalidIsGlobal(inspect(isGlobal)));
  }
  const own = [
    ...(module.providers ?? []),
    { provide: CONFIGURED, useValue: true },
    ...brokerProviders(name),
  ];
  return {
    ...module,
    get providers() {
      // Made for each application anew: they hold its broker.
      return [...own, ...wantedProviders(name), ...(name === undefined ? replProviders() : [])];
    },
    get exports() {
      return [...exportedTokens(name), ...wantedProviders(name).map(({ provide }) => provide)];
    },
  };
}
