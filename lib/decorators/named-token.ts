/**
 * The string token of a part of a named broker. The default broker's parts are injected by class, so that overriding a class in a test
 * never reaches a named broker.
 */
export const namedToken = (part: string, broker: string): string => `MOLECULER_${part}:${broker}`;

/** Where the module keeps the explorer of a broker; also how an explorer knows which brokers the app has. */
export const getExplorerToken = (broker?: string): string =>
  broker === undefined ? 'MOLECULER_EXPLORER' : namedToken('EXPLORER', broker);
