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

export function notBuilt(action: string, option: string): Error {
  return new MoleculerClientError(messages.optionNotBuilt(action, option), 501, 'NOT_BUILT', {
    action,
    option,
  });
}
