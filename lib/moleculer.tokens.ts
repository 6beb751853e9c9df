import { Inject, type InjectionToken } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { ServiceBroker } from './broker/service-broker.js';
import { Cacher } from './cachers/cacher.js';
import { namedToken } from './decorators/named-token.js';
import { Registry } from './registry/registry.js';
import { Serializer } from './serializers/serializer.js';
import { LoadBalanceStrategy } from './strategies/load-balance.strategy.js';
import { Transit } from './transit/transit.js';
import { Transporter } from './transporters/transporter.js';
import { Validator } from './validators/validator.js';

/** An RxJS `SchedulerLike`: runs all our timers and is our clock. Default: real time that never jumps. */
export const MOLECULER_SCHEDULER = Symbol.for('nestjs-moleculer:scheduler');
/** A `RandomSource`. Default: `Math.random`. */
export const MOLECULER_RANDOM = Symbol.for('nestjs-moleculer:random');
/** An `IdSource`. Default: a random prefix and a counter in UUID shape. */
export const MOLECULER_IDS = Symbol.for('nestjs-moleculer:ids');
/** A `Machine`: host name, addresses, CPU, health. Default: the real one. */
export const MOLECULER_MACHINE = Symbol.for('nestjs-moleculer:machine');

/** Injects the `Context` into request-scoped providers; Nest's `REQUEST`. */
export const CONTEXT: string = REQUEST;

const tokenOf =
  <T extends InjectionToken>(part: string, token: T) =>
  (broker?: string): T | string =>
    broker === undefined ? token : namedToken(part, broker);

// The class (or symbol) for the default broker, a string for a named one.

/** The token of a broker's `ServiceBroker`. */
export const getBrokerToken = tokenOf('BROKER', ServiceBroker);
/** The token of a broker's `Registry`. */
export const getRegistryToken = tokenOf('REGISTRY', Registry);
/** The token of a broker's `Transit`. */
export const getTransitToken = tokenOf('TRANSIT', Transit);
/** The token of a broker's `Transporter`. */
export const getTransporterToken = tokenOf('TRANSPORTER', Transporter);
/** The token of a broker's `Serializer`. */
export const getSerializerToken = tokenOf('SERIALIZER', Serializer);
/** The token of a broker's `LoadBalanceStrategy`. */
export const getStrategyToken = tokenOf('STRATEGY', LoadBalanceStrategy);
/** The token of a broker's `Cacher`. */
export const getCacherToken = tokenOf('CACHER', Cacher);
/** The token of a broker's `Validator`. */
export const getValidatorToken = tokenOf('VALIDATOR', Validator);
/** The token of a broker's scheduler. */
export const getSchedulerToken = tokenOf('SCHEDULER', MOLECULER_SCHEDULER);
/** The token of a broker's source of randomness. */
export const getRandomToken = tokenOf('RANDOM', MOLECULER_RANDOM);
/** The token of a broker's source of IDs. */
export const getIdsToken = tokenOf('IDS', MOLECULER_IDS);
/** The token of a broker's facts of the machine. */
export const getMachineToken = tokenOf('MACHINE', MOLECULER_MACHINE);

/** Injects a broker: `@InjectBroker('orders') broker: ServiceBroker`. Without a name as the class itself. */
export const InjectBroker = (name?: string): ReturnType<typeof Inject> => Inject(getBrokerToken(name));
/** Injects the registry of a named broker. */
export const InjectRegistry = (name?: string): ReturnType<typeof Inject> => Inject(getRegistryToken(name));
