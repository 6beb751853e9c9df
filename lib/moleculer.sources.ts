import type { FactoryProvider } from '@nestjs/common';
import { BrokerOptionsError } from './errors/broker.error.js';
import { SteadyLogger } from './errors/steady-logger.js';
import { MODULE_CONTEXT, ofNamedBroker } from './messages/module.messages.js';
import * as internal from './moleculer.internal-tokens.js';
import { MODULE_OPTIONS_TOKEN } from './moleculer.module-definition.js';
import type { SimulatedParts } from './moleculer.simulated-parts.js';
import * as tokens from './moleculer.tokens.js';
import type { ResolvedOptions } from './options/resolved-options.js';
import { resolveOptions } from './options/resolve-options.js';
import { counterIds } from './time/id-source.js';
import { systemRandom } from './time/random-source.js';
import { SystemMachine } from './time/system-machine.js';
import { SystemScheduler } from './time/system-scheduler.js';

/** In a test cluster time, chance and the wire come from there. */
export const SIMULATED = { token: internal.SIMULATED_PARTS, optional: true };

/** What all parts of a broker are made from: time, chance, the machine and the options. */
export function sources(name: string | undefined): FactoryProvider[] {
  const inject = [SIMULATED];
  type Parts = SimulatedParts | undefined;
  return [
    {
      provide: tokens.getSchedulerToken(name),
      inject,
      useFactory: (parts: Parts) => parts?.scheduler ?? new SystemScheduler(),
    },
    {
      provide: tokens.getRandomToken(name),
      inject,
      useFactory: (parts: Parts) => parts?.random(name) ?? systemRandom,
    },
    {
      provide: tokens.getIdsToken(name),
      inject,
      useFactory: (parts: Parts) => parts?.ids(name) ?? counterIds(),
    },
    {
      provide: tokens.getMachineToken(name),
      inject,
      useFactory: (parts: Parts) => parts?.machine ?? new SystemMachine(),
    },
    {
      provide: internal.getOptionsToken(name),
      inject: [MODULE_OPTIONS_TOKEN, SIMULATED],
      useFactory: (raw: unknown, parts: Parts) => {
        // A factory that forgot to return is no choice of the defaults.
        const options = checkedOptions(raw ?? null, name);
        const nodeID = parts?.nodeID(name);
        return nodeID === undefined ? options : { ...options, nodeID };
      },
    },
  ];
}

/** Of several brokers the message says whose options are wrong. */
function checkedOptions(raw: unknown, name: string | undefined): ResolvedOptions {
  const logger = new SteadyLogger(MODULE_CONTEXT);
  const said = (text: string) => (name === undefined ? text : ofNamedBroker(name, text));
  try {
    return resolveOptions(raw, (text) => logger.warn(said(text)));
  } catch (error) {
    if (name === undefined || !(error instanceof BrokerOptionsError)) throw error;
    throw new BrokerOptionsError(said(error.message), error.data);
  }
}
