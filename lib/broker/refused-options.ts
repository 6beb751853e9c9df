import type { CallOptions } from '../context/call-options.js';
import { MoleculerClientError } from '../errors/moleculer.error.js';
import * as messages from '../messages/broker.messages.js';

/** What names may travel. */
export interface NameLimit {
  isOverlong(name: string): boolean;
}

export function overlong(what: string, name: string): Error {
  return new MoleculerClientError(messages.overlongName(what, name), 400, 'INVALID_NAME');
}

/** What is told of where a call or event comes from. */
export interface Origin {
  requestID?: string | null;
  caller?: string | null;
}

/** The request ID goes along the whole chain: no node on the way may be one that drops it. */
export function refusedOrigin({ requestID, caller }: Origin, names: NameLimit): Error | null {
  if (requestID) {
    if (typeof requestID !== 'string') return noText('requestID', requestID);
    if (names.isOverlong(requestID)) return overlong('Option requestID', requestID);
  }
  return caller && typeof caller !== 'string' ? noText('caller', caller) : null;
}

const noText = (option: string, given: unknown): Error =>
  new MoleculerClientError(messages.optionNoText(option, typeof given), 400, 'INVALID_NAME');

/** What it lacks would be written into the packet as no JSON, and others of that turn would be lost with it. */
export function noParent(what: string): Error {
  return new MoleculerClientError(messages.invalidParent(what), 400, 'INVALID_PARENT');
}

/** What is no option of a call, or none yet. */
export function refusedOption(opts: CallOptions, action: string): Error | null {
  const { timeout, signal } = opts;
  if (timeout != null && !(typeof timeout === 'number' && timeout >= 0)) {
    return new MoleculerClientError(messages.invalidTimeout(action, timeout), 400, 'INVALID_TIMEOUT', {
      action,
    });
  }
  // Found out later, the call would be sent already, and nobody would wait for its answer.
  if (signal != null && !isSignal(signal)) {
    return new MoleculerClientError(messages.invalidSignal(action), 400, 'INVALID_SIGNAL', { action });
  }
  if (opts.retries) return notBuilt(action, 'retries');
  if (opts.stream != null) return notBuilt(action, 'stream');
  if (opts.ctx != null) return notBuilt(action, 'ctx');
  return opts.fallbackResponse === undefined ? null : notBuilt(action, 'fallbackResponse');
}

/** By what is called of it: those of other realms and libraries will do. */
const isSignal = ({ addEventListener, removeEventListener }: AbortSignal): boolean =>
  typeof addEventListener === 'function' && typeof removeEventListener === 'function';

function notBuilt(action: string, option: string): Error {
  return new MoleculerClientError(messages.optionNotBuilt(action, option), 501, 'NOT_BUILT', {
    action,
    option,
  });
}
