import { MoleculerClientError } from '../errors/moleculer.error.js';
import * as messages from '../messages/broker.messages.js';

/** What names may travel. */
export interface NameLimit {
  isOverlong(name: string): boolean;
}

export function overlong(what: string, name: string): Error {
  return new MoleculerClientError(messages.overlongName(what, name), 400, 'INVALID_NAME');
}

/** It goes along the whole chain: no node on the way may be one that drops it. */
export function overlongRequestID(requestID: string | null | undefined, names: NameLimit): Error | null {
  return requestID && names.isOverlong(requestID) ? overlong('Option requestID', requestID) : null;
}

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
