/** Names that Nest, promises and inspectors look for on any object: a client has no actions of these names. */
export const NOT_ACTIONS = [
  'then',
  'catch',
  'finally',
  'constructor',
  'toJSON',
  'toString',
  'valueOf',
  'inspect',
  // Of anything that they compare jest and vitest ask whether it is a matcher, and call it.
  'asymmetricMatch',
  'onModuleInit',
  'onModuleDestroy',
  'onApplicationBootstrap',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
] as const;

export type NotAction = (typeof NOT_ACTIONS)[number];
