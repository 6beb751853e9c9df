export const MODULE_CONTEXT = 'MoleculerModule';

export const invalidName = (shown: string): string =>
  `The 'name' of MoleculerModule is ${shown}; it must be a text that is not empty. Leave it out for the default broker.`;

export const invalidIsGlobal = (shown: string): string =>
  `The 'isGlobal' of MoleculerModule is ${shown}; it must be true (the default: every module sees the broker) or false.`;

export const invalidAsyncOptions = (shown: string): string =>
  `MoleculerModule.forRootAsync() was given ${shown}. Give it one of { useFactory, inject? }, { useClass } and { useExisting }; a class has createMoleculerOptions().`;

export const withoutForRoot =
  'MoleculerModule is imported without forRoot(), and would do nothing. Import MoleculerModule.forRoot({ … }) once, in the root module; all other modules see it.';

export const ofNamedBroker = (name: string, text: string): string => `Broker '${name}': ${text}`;
