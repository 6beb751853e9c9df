import type { InjectionToken } from '@nestjs/common';
import { namedToken } from './decorators/named-token.js';
import {
  getBrokerToken,
  getCacherToken,
  getIdsToken,
  getMachineToken,
  getRandomToken,
  getRegistryToken,
  getSchedulerToken,
  getSerializerToken,
  getStrategyToken,
  getTransitToken,
  getTransporterToken,
  getValidatorToken,
} from './moleculer.tokens.js';

const internal = (part: string) => (broker?: string) =>
  broker === undefined ? `MOLECULER_${part}` : namedToken(part, broker);

/** Provided by `forRoot` and `forRootAsync`: the module was not imported bare. */
export const CONFIGURED = 'MOLECULER_CONFIGURED';
/** `SimulatedParts`, where the application is a node of a test cluster; not provided elsewhere. */
export const SIMULATED_PARTS = Symbol.for('nestjs-moleculer:simulated-parts');
/** The checked options. */
export const getOptionsToken = internal('OPTIONS');
/** Who this node is. */
export const getIdentityToken = internal('IDENTITY');
/** What settles `broker.ready`. */
export const getReadyToken = internal('READY');
/** The strategy that the options name; what the public token gives differs from it where somebody overrode it. */
export const getConfiguredStrategyToken = internal('CONFIGURED_STRATEGY');
/** The owner of start, drain and stop. */
export const getNodeToken = internal('NODE');
export const getLifecycleToken = internal('LIFECYCLE');

/** What applications may inject. */
export const exportedTokens = (broker?: string): InjectionToken[] => [
  getBrokerToken(broker),
  getRegistryToken(broker),
  getTransitToken(broker),
  getTransporterToken(broker),
  getSerializerToken(broker),
  getStrategyToken(broker),
  getCacherToken(broker),
  getValidatorToken(broker),
  getSchedulerToken(broker),
  getRandomToken(broker),
  getIdsToken(broker),
  getMachineToken(broker),
];
