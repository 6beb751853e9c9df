import type { SchedulerLike } from 'rxjs';
import { AmbientBroker } from './broker/ambient-broker.js';
import type { Schemas } from './broker/broker-parts.js';
import { ServiceBroker, type ServiceBrokerDeps } from './broker/service-broker.js';
import type { TellSchema } from './broker/told-schemas.js';
import { userIds } from './broker/user-ids.js';
import type { Cacher } from './cachers/cacher.js';
import type { OwnFacts } from './discovery/announcer.js';
import { Presence } from './discovery/presence.js';
import { SteadyLogger } from './errors/steady-logger.js';
import { stackOf } from './errors/thrown.js';
import type { MoleculerExplorer } from './explorer/moleculer.explorer.js';
import { ExitWatch } from './moleculer.exit-watch.js';
import { MoleculerLifecycle } from './moleculer.lifecycle.js';
import { MoleculerNode } from './moleculer.node.js';
import { BROKER_CONTEXT, errorRegeneratorFailed } from './messages/broker.messages.js';
import type { ResolvedOptions } from './options/resolved-options.js';
import { createErrorTranslator } from './protocol/error-regenerator.js';
import type { Dictionary } from './protocol/packets.js';
import { Registry } from './registry/registry.js';
import type { Serializer } from './serializers/serializer.js';
import { createStrategy } from './strategies/create-strategy.js';
import type { LoadBalanceStrategy } from './strategies/load-balance.strategy.js';
import type { Deferred } from './time/deferred.js';
import { defaultNodeID } from './time/id-source.js';
import type { IdSource, Machine, RandomSource } from './time/sources.js';
import { Transit } from './transit/transit.js';
import { MemoryTransporter } from './transporters/memory/memory.transporter.js';
import { NullTransporter } from './transporters/null.transporter.js';
import type { Transporter } from './transporters/transporter.js';
import { announcedSchema } from './validators/announced/announced-schema.js';
import { NoValidator } from './validators/no.validator.js';
import type { Validator } from './validators/validator.js';
import { VERSION } from './moleculer.version.js';

/** Who this node is, settled once at start. */
export interface NodeIdentity {
  readonly nodeID: string;
  readonly facts: Omit<OwnFacts, 'waiting' | 'capabilities'>;
}

export function createIdentity(options: ResolvedOptions, ids: IdSource, machine: Machine): NodeIdentity {
  const instanceID = ids();
  const { hostname, pid, runtimeVersion } = machine;
  return {
    nodeID: options.nodeID ?? defaultNodeID(hostname, pid, idEnd(instanceID)),
    facts: {
      instanceID,
      hostname,
      ipList: machine.ipList(),
      client: { type: 'nodejs', version: VERSION, langVersion: runtimeVersion },
      metadata: options.metadata as Dictionary,
    },
  };
}

/** The first part of an ID is random for each source, the last counts within it: both set nodes of one process apart. */
function idEnd(id: string): string {
  const hex = id.replace(/-/g, '');
  return hex.slice(0, 4);
}

export function createRegistry(
  options: ResolvedOptions,
  { nodeID, facts }: NodeIdentity,
  strategy: LoadBalanceStrategy,
  scheduler: SchedulerLike,
  random: RandomSource,
  configured: LoadBalanceStrategy = strategy,
): Registry {
  // Who overrides the strategy's provider, in a test say, decides every choice: also where an action asks for a strategy of its own.
  const overridden = configured !== strategy;
  return new Registry({
    nodeID,
    instanceID: facts.instanceID,
    preferLocal: options.registry.preferLocal,
    strategy,
    createStrategy: (choice, strategyOptions) =>
      overridden ? strategy : createStrategy(choice, strategyOptions, random),
    limits: { ...options.registry, maxNameLength: options.transit.maxNameLength },
    now: () => scheduler.now(),
    localNode: { ...facts, config: {} },
  });
}

export function createTransit(
  options: ResolvedOptions,
  { nodeID }: NodeIdentity,
  /** null, as in the options: none. So may the one who overrides the provider say it. */
  transporter: Transporter | null,
  serializer: Serializer,
  scheduler: SchedulerLike,
): Transit {
  const { namespace, protocolVersion, transit } = options;
  const { maxNodes } = options.registry;
  const wire = transporter ?? new NullTransporter();
  return new Transit(
    { nodeID, namespace, protocolVersion, maxNodes, ...transit },
    wire,
    serializer,
    scheduler,
  );
}

export interface BrokerInputs {
  options: ResolvedOptions;
  identity: NodeIdentity;
  registry: Registry;
  transit: Transit;
  validator: Validator;
  cacher: Cacher;
  scheduler: SchedulerLike;
  ids: IdSource;
  machine: Machine;
  ready: Deferred;
}

export function createBroker(inputs: BrokerInputs): ServiceBroker {
  const Broker = inputs.options.ambientContext ? AmbientBroker : ServiceBroker;
  return new Broker(brokerDeps(inputs));
}

export function brokerDeps(inputs: BrokerInputs): ServiceBrokerDeps {
  const { options, identity, registry, transit, validator, cacher, scheduler, ids, machine, ready } = inputs;
  const { client, ipList } = identity.facts;
  const { uidGenerator } = options;
  return {
    nodeID: identity.nodeID,
    options,
    registry,
    transit,
    cacher,
    scheduler,
    schemas: schemasOf(validator),
    errors: createErrorTranslator(options.errorRegenerator, (failure) =>
      new SteadyLogger(BROKER_CONTEXT).error(errorRegeneratorFailed, stackOf(failure)),
    ),
    ready: ready.promise,
    newID: uidGenerator === null ? ids : userIds(uidGenerator, ids),
    health: async () => ({ ...(await machine.health()), client, net: { ip: ipList } }),
  };
}

export interface NodeInputs {
  options: ResolvedOptions;
  identity: NodeIdentity;
  broker: ServiceBroker;
  registry: Registry;
  transit: Transit;
  transporter: Transporter | null;
  scheduler: SchedulerLike;
  random: RandomSource;
  ids: IdSource;
  machine: Machine;
  ready: Deferred;
}

export function createNode(inputs: NodeInputs): MoleculerNode {
  const { broker, transit, transporter, scheduler, ready } = inputs;
  const alone = transporter === null || transporter instanceof NullTransporter;
  const presence = alone ? null : createPresence(inputs);
  return new MoleculerNode({
    broker,
    transit,
    presence,
    ready,
    scheduler,
    transporterName: transporter?.name ?? 'none',
  });
}

function createPresence({
  options,
  identity,
  broker,
  registry,
  transit,
  scheduler,
  random,
  ids,
  machine,
}: NodeInputs): Presence {
  const { transit: transitOptions, registry: registryOptions } = options;
  const facts = {
    ...identity.facts,
    capabilities: transit.capabilities,
    waiting: () => broker.parts.gate.held,
  };
  return new Presence(
    { transit, registry, scheduler, random, newID: ids, machine, facts },
    {
      nodeID: identity.nodeID,
      announceDebounce: transitOptions.serviceChangedDebounceTime,
      ...registryOptions.discoverer.options,
    },
  );
}

/** A stand-in for the broker has no node, and no life to look after. */
export function createLifecycle(
  node: MoleculerNode | null,
  broker: ServiceBroker,
  explorer: MoleculerExplorer,
  transporter: Transporter | null,
  scheduler: SchedulerLike,
  machine: Machine,
): MoleculerLifecycle | object {
  if (node === null) return {};
  const { heartbeatTimeout } = broker.options.registry.discoverer.options;
  const serves = () => broker.registry.announcedInfo().some(({ name }) => name !== '$node');
  const exitWatch = new ExitWatch({ scheduler, machine, serves, heartbeatTimeout });
  return new MoleculerLifecycle(node, broker, explorer, leavesOthers(transporter) ? exitWatch : null);
}

/** Whether there can be nodes that outlive this process. */
const leavesOthers = (transporter: Transporter | null): boolean =>
  transporter !== null &&
  !(transporter instanceof NullTransporter || transporter instanceof MemoryTransporter);

/** Who brings a validator of his own may bring an object that can do no more than `compile`. */
function schemasOf(validator: Validator): Schemas {
  const own: Partial<Validator> = validator;
  const tell: TellSchema = (schema, side) =>
    own.announce === undefined ? announcedSchema(schema, side) : validator.announce(schema, side);
  if (validator instanceof NoValidator) return { compile: null, compileReturns: null, tell };
  return {
    compile: (schema) => validator.compile(schema),
    compileReturns: (schema) =>
      own.compileReturns === undefined ? validator.compile(schema) : validator.compileReturns(schema),
    tell,
  };
}
