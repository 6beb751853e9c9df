import type { MoleculerOnlyOptions } from '../moleculer-only.options.js';
import { meaningless } from './not-built.rules.js';
import type { Rule } from './rule.js';

/** What to do in Nest instead. */
const INSTEAD: Readonly<Record<keyof MoleculerOnlyOptions, string>> = {
  logger:
    "Give the app a logger: NestFactory.create(App, { logger }), or app.useLogger(). We log through Nest's Logger.",
  logLevel: "Choose levels with the app's logger: NestFactory.create(App, { logger: ['error', 'warn'] }).",
  hotReload: 'Use nest start --watch.',
  replOptions: 'Give options of the prompt to startRepl().',
  internalMiddlewares: 'What is switched off is not there at all.',
  skipProcessEventRegistration: "Signals are the app's own: app.enableShutdownHooks().",
  maxSafeObjectSize: 'Packets are bounded by transit.maxPacketSize.',
  ServiceFactory: 'Services are providers with @Service().',
  ContextFactory: 'Add to calls with an interceptor.',
  Promise: 'Promises are those of the language.',
  created: 'Use the constructor of a provider.',
  started: 'Implement OnApplicationBootstrap in a provider.',
  stopped: 'Implement OnApplicationShutdown in a provider.',
};

/** Options of Moleculer that are taken, do nothing and warn. */
export const MOLECULER_ONLY: ReadonlyMap<string, Rule<undefined>> = new Map(
  Object.entries(INSTEAD).map(([name, instead]) => [name, meaningless(instead)]),
);
