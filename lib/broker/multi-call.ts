import type { CallOptions } from '../context/call-options.js';
import type { CallDef } from '../context/contract.types.js';
import { MoleculerServerError } from '../errors/moleculer.error.js';
import { errorOf } from '../errors/thrown.js';
import * as messages from '../messages/broker.messages.js';

type Call = (action: string, params: unknown, opts: CallOptions | undefined) => Promise<unknown>;

/** `mcall`: an array or an object of definitions, results in the same shape; options of a definition win over the common ones. */
export async function multiCall(
  defs: readonly CallDef[] | Record<string, CallDef>,
  opts: ({ settled?: boolean } & CallOptions) | undefined,
  call: Call,
): Promise<unknown> {
  const { settled = false, ...common } = opts ?? {};
  // It must reject, not throw: the calls before it are under way and would be rejected with nobody listening.
  const one = (def: CallDef | null | undefined): Promise<unknown> => {
    try {
      if (def == null) throw new MoleculerServerError(messages.invalidCallDefs, 500, 'INVALID_PARAMETERS');
      return call(def.action, def.params, def.options ? { ...common, ...def.options } : common);
    } catch (error) {
      return Promise.reject(errorOf(error));
    }
  };
  if (Array.isArray(defs)) return all(defs.map(one), settled);
  if (typeof defs !== 'object' || defs === null) {
    throw new MoleculerServerError(messages.invalidCallDefs, 500, 'INVALID_PARAMETERS');
  }
  const names = Object.keys(defs);
  const results = await all(
    names.map((name) => one((defs as Record<string, CallDef>)[name])),
    settled,
  );
  return Object.fromEntries(names.map((name, i) => [name, results[i]]));
}

function all(calls: Promise<unknown>[], settled: boolean): Promise<unknown[]> {
  return settled ? Promise.allSettled(calls) : Promise.all(calls);
}
