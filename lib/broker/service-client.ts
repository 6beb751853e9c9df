import type { CallOptions } from '../context/call-options.js';
import { NOT_ACTIONS } from '../context/not-actions.js';

type Call = (action: string, params: unknown, opts: CallOptions | undefined) => Promise<unknown>;

const RESERVED: ReadonlySet<string> = new Set(NOT_ACTIONS);

/** Methods that call the actions of one service: `client.get(params, opts)` is `call('<service>.get', params, opts)`. */
export function createServiceClient(service: string, call: Call): object {
  const methods = new Map<string, (params?: unknown, opts?: CallOptions) => Promise<unknown>>();
  return new Proxy(Object.create(null) as object, {
    get(_target, key) {
      if (typeof key !== 'string' || RESERVED.has(key)) return undefined;
      let method = methods.get(key);
      if (method === undefined) {
        const action = `${service}.${key}`;
        method = (params, opts) => call(action, params, opts);
        methods.set(key, method);
      }
      return method;
    },
    has: (_target, key) => typeof key === 'string' && !RESERVED.has(key),
    set: () => false,
  });
}
