/**
 * Options of Moleculer that mean nothing here. They type-check, so that a configuration can be moved as it is, do nothing, and warn
 * once at start, naming Nest's way.
 */
export interface MoleculerOnlyOptions {
  /** @deprecated No effect. Give the app a logger: `NestFactory.create(App, { logger })`. */
  logger?: unknown;
  /** @deprecated No effect. Choose levels with the app's `logger` option. */
  logLevel?: unknown;
  /** @deprecated No effect. Use `nest start --watch`. */
  hotReload?: unknown;
  /** @deprecated No effect. Options of the prompt are given to `startRepl`. */
  replOptions?: unknown;
  /** @deprecated No effect. What is off is not there at all. */
  internalMiddlewares?: boolean;
  /** @deprecated No effect. Signals are handled with `app.enableShutdownHooks()`. */
  skipProcessEventRegistration?: boolean;
  /** @deprecated No effect. `transit.maxPacketSize` bounds packets. */
  maxSafeObjectSize?: number | null;
  /** @deprecated No effect. Services are classes with `@Service()`. */
  ServiceFactory?: unknown;
  /** @deprecated No effect. Contexts are of the class `Context`. */
  ContextFactory?: unknown;
  /** @deprecated No effect. Promises are those of Node. */
  Promise?: unknown;
  /** @deprecated Never called. Use the constructor of a provider. */
  created?(broker: unknown): unknown;
  /** @deprecated Never called. Implement `OnApplicationBootstrap` in a provider. */
  started?(broker: unknown): unknown;
  /** @deprecated Never called. Implement `OnApplicationShutdown` in a provider. */
  stopped?(broker: unknown): unknown;
}
