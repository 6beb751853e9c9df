export const MODULE_CONTEXT = 'MoleculerModule';

export const invalidName = (shown: string): string =>
  `The 'name' of MoleculerModule is ${shown}; it must be a text that is not empty. Leave it out for the default broker.`;

export const withoutForRoot =
  'MoleculerModule is imported without forRoot(), and would do nothing. Import MoleculerModule.forRoot({ … }) once, in the root module; all other modules see it.';

export const ofNamedBroker = (name: string, text: string): string => `Broker '${name}': ${text}`;
