import type { FactoryProvider } from '@nestjs/common';
import { NEVER } from 'rxjs';
import {
  ApplicationConfig,
  DiscoveryService,
  MetadataScanner,
  ModuleRef,
  SerializedGraph,
} from '@nestjs/core';
import { ServiceBroker } from './broker/service-broker.js';
import { createServiceClient } from './broker/service-client.js';
import { NoCacher } from './cachers/no-cacher.js';
import { getExplorerToken } from './decorators/named-token.js';
import { PARAMETER_TYPES } from './decorators/metadata.keys.js';
import { wantedClients, wantedStreams } from './decorators/wanted.js';
import { MoleculerExplorer } from './explorer/moleculer.explorer.js';
import {
  type BrokerInputs,
  createBroker,
  createIdentity,
  createLifecycle,
  createNode,
  createRegistry,
  createTransit,
  type NodeIdentity,
  type NodeInputs,
} from './moleculer.factories.js';
import * as internal from './moleculer.internal-tokens.js';
import { SIMULATED, sources } from './moleculer.sources.js';
import * as tokens from './moleculer.tokens.js';
import type { SimulatedParts } from './moleculer.simulated-parts.js';
import type { Choice } from './options/choice.type.js';
import type { ResolvedOptions } from './options/resolved-options.js';
import { createSerializer } from './serializers/create-serializer.js';
import { createStrategy } from './strategies/create-strategy.js';
import type { LoadBalanceStrategy } from './strategies/load-balance.strategy.js';
import { deferred } from './time/deferred.js';
import type { RandomSource } from './time/sources.js';
import { createTransporter } from './transporters/create-transporter.js';
import { FastestValidator } from './validators/fastest.validator.js';
import { NoValidator } from './validators/no.validator.js';

/** All parts of one broker, each a provider of its own, so that each can be overridden. */
export function brokerProviders(name: string | undefined): FactoryProvider[] {
  return [...sources(name), ...replaceable(name), ...core(name), ...discovery(name)];
}

/** Service clients and event streams that decorators have asked for. */
export function wantedProviders(name: string | undefined): FactoryProvider[] {
  const inject = [tokens.getBrokerToken(name)];
  return [
    ...wantedClients(name).map(({ token, service }) => ({
      provide: token,
      inject,
      // By its `call` alone, so that a test's stand-in for the broker will do.
      useFactory: (broker: ServiceBroker) =>
        createServiceClient(service, (action, params, opts) => broker.call<unknown>(action, params, opts)),
    })),
    ...wantedStreams(name).map(({ token, pattern, group }) => ({
      provide: token,
      inject,
      useFactory: (broker: ServiceBroker) => broker.events?.(pattern, { group }) ?? NEVER,
    })),
  ];
}

function replaceable(name: string | undefined): FactoryProvider[] {
  const inject = [internal.getOptionsToken(name), ModuleRef];
  return [
    {
      provide: tokens.getTransporterToken(name),
      inject: [...inject, internal.getIdentityToken(name), SIMULATED],
      useFactory: async (
        { transporter }: ResolvedOptions,
        ref: ModuleRef,
        { nodeID }: NodeIdentity,
        parts: SimulatedParts | undefined,
      ) => {
        if (parts !== undefined) return parts.transporter(nodeID);
        if (transporter === null) return createTransporter(null);
        return (await fromContainer(transporter, ref)) ?? createTransporter(transporter);
      },
    },
    {
      provide: tokens.getSerializerToken(name),
      inject,
      useFactory: async ({ serializer }: ResolvedOptions, ref: ModuleRef) =>
        (await fromContainer(serializer, ref)) ?? createSerializer(serializer),
    },
    {
      provide: internal.getConfiguredStrategyToken(name),
      inject: [...inject, tokens.getRandomToken(name)],
      useFactory: strategyOf,
    },
    {
      provide: tokens.getStrategyToken(name),
      inject: [internal.getConfiguredStrategyToken(name)],
      useFactory: (strategy: LoadBalanceStrategy) => strategy,
    },
    {
      provide: tokens.getValidatorToken(name),
      inject,
      useFactory: async ({ validator, validationPipe }: ResolvedOptions, ref: ModuleRef) => {
        if (validator === null) return new NoValidator();
        const made = await fromContainer(validator, ref);
        const options = validator.kind === 'named' ? validator.options : undefined;
        return made ?? new FastestValidator(options, validationPipe);
      },
    },
    { provide: tokens.getCacherToken(name), useFactory: () => new NoCacher() },
  ];
}

async function strategyOf({ registry }: ResolvedOptions, ref: ModuleRef, random: RandomSource) {
  const { strategy, strategyOptions } = registry;
  // A class that Nest knows nothing of gets its options, as in Moleculer.
  if (strategy.kind === 'class' && !isInjectable(strategy.type)) {
    return createStrategy(strategy.type, strategyOptions, random);
  }
  const made = await fromContainer(strategy, ref);
  return (
    made ?? createStrategy(strategy.kind === 'named' ? strategy.type : 'RoundRobin', strategyOptions, random)
  );
}

const isInjectable = (type: Function): boolean =>
  type.length === 0 || Reflect.hasMetadata(PARAMETER_TYPES, type);

/** Instances as they are; classes from Nest's container, so that they get what they inject. */
async function fromContainer<Part>(choice: Choice<string, Part>, ref: ModuleRef): Promise<Part | null> {
  if (choice.kind === 'instance') return choice.instance;
  return choice.kind === 'class' ? ref.create<Part>(choice.type as new (...args: unknown[]) => Part) : null;
}

function core(name: string | undefined): FactoryProvider[] {
  const options = internal.getOptionsToken(name);
  const identity = internal.getIdentityToken(name);
  const scheduler = tokens.getSchedulerToken(name);
  return [
    { provide: internal.getReadyToken(name), useFactory: deferred },
    {
      provide: identity,
      inject: [options, tokens.getIdsToken(name), tokens.getMachineToken(name)],
      useFactory: createIdentity,
    },
    {
      provide: tokens.getRegistryToken(name),
      inject: [
        options,
        identity,
        tokens.getStrategyToken(name),
        scheduler,
        tokens.getRandomToken(name),
        internal.getConfiguredStrategyToken(name),
      ],
      useFactory: createRegistry,
    },
    {
      provide: tokens.getTransitToken(name),
      inject: [
        options,
        identity,
        tokens.getTransporterToken(name),
        tokens.getSerializerToken(name),
        scheduler,
      ],
      useFactory: createTransit,
    },
    {
      provide: tokens.getBrokerToken(name),
      inject: [...common(name), tokens.getValidatorToken(name), tokens.getCacherToken(name), SIMULATED],
      useFactory: (...parts: unknown[]) => {
        const [validator, cacher, simulated] = parts.slice(COMMON.length) as [
          BrokerInputs['validator'],
          BrokerInputs['cacher'],
          SimulatedParts | undefined,
        ];
        const broker = createBroker({ ...named(parts), validator, cacher });
        simulated?.made(broker);
        return broker;
      },
    },
    {
      provide: internal.getNodeToken(name),
      inject: [
        ...common(name),
        tokens.getBrokerToken(name),
        tokens.getTransporterToken(name),
        tokens.getRandomToken(name),
      ],
      useFactory: (...parts: unknown[]) => {
        const [broker, transporter, random] = parts.slice(COMMON.length) as [
          ServiceBroker,
          NodeInputs['transporter'],
          RandomSource,
        ];
        const own = named(parts);
        // A stand-in for the broker, with no parts or with others than ours, has no life to look after.
        if (!(broker instanceof ServiceBroker) || broker.registry !== own.registry) return null;
        return createNode({ ...own, broker, transporter, random });
      },
    },
  ];
}

/** What both broker and node are made of, in the order of `common`. */
const COMMON = [
  'options',
  'identity',
  'registry',
  'transit',
  'scheduler',
  'ids',
  'machine',
  'ready',
] as const;

const common = (name: string | undefined) => [
  internal.getOptionsToken(name),
  internal.getIdentityToken(name),
  tokens.getRegistryToken(name),
  tokens.getTransitToken(name),
  tokens.getSchedulerToken(name),
  tokens.getIdsToken(name),
  tokens.getMachineToken(name),
  internal.getReadyToken(name),
];

type Common = Pick<BrokerInputs & NodeInputs, (typeof COMMON)[number]>;

const named = (parts: readonly unknown[]) =>
  Object.fromEntries(COMMON.map((key, i) => [key, parts[i]])) as unknown as Common;

function discovery(name: string | undefined): FactoryProvider[] {
  return [
    {
      provide: getExplorerToken(name),
      inject: [
        DiscoveryService,
        MetadataScanner,
        ApplicationConfig,
        internal.getOptionsToken(name),
        SerializedGraph,
      ],
      useFactory: (
        discovery: DiscoveryService,
        scanner: MetadataScanner,
        config: ApplicationConfig,
        { globalEnhancers }: ResolvedOptions,
        graph: SerializedGraph,
      ) => new MoleculerExplorer({ discovery, scanner, config, globalEnhancers, broker: name, graph }),
    },
    {
      provide: internal.getLifecycleToken(name),
      inject: [
        internal.getNodeToken(name),
        tokens.getBrokerToken(name),
        getExplorerToken(name),
        tokens.getTransporterToken(name),
        tokens.getSchedulerToken(name),
        tokens.getMachineToken(name),
      ],
      useFactory: createLifecycle,
    },
  ];
}
