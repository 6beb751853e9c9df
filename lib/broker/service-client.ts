import type { CallOptions } from '../context/call-options.js';

type Call = (action: string, params: unknown, opts: CallOptions | undefined) => Promise<unknown>;

/** Names that Nest, promises and inspectors look for on any object: no actions, so that a client can be injected and awaited. */
const NOT_ACTIONS: ReadonlySet<string> = new Set([
  'then',
  'catch',
  'finally',
  'constructor',
  'toJSON',
  'toString',
  'valueOf',
  'inspect',
  'onModuleInit',
  'onModuleDestroy',
  'onApplicationBootstrap',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** Methods that call the actions of one service: `client.get(params, opts)` is `call('<service>.get', params, opts)`. */
export function createServiceClient(service: string, call: Call): object {
  const methods = new Map<string, (params?: unknown, opts?: CallOptions) => Promise<unknown>>();
  return new Proxy(Object.create(null) as object, {
    get(_target, key) {
      if (typeof key !== 'string' || NOT_ACTIONS.has(key)) return undefined;
      let method = methods.get(key);
      if (method === undefined) {
        const action = `${service}.${key}`;
        method = (params, opts) => call(action, params, opts);
        methods.set(key, method);
      }
      return method;
    },
    has: (_target, key) => typeof key === 'string' && !NOT_ACTIONS.has(key),
    set: () => false,
  });
}
