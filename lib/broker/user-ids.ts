import { SteadyLogger } from '../errors/steady-logger.js';
import { messageOf } from '../errors/thrown.js';
import { hearRejection } from '../errors/unheard.js';
import * as messages from '../messages/broker.messages.js';
import type { IdSource } from '../time/sources.js';

/**
 * IDs of the user's `uidGenerator`. They are asked for in the middle of calls, where an error would leave the caller without an
 * answer: where none comes ours serve, which is said once.
 */
export function userIds<B>(generate: (broker: B) => unknown, ours: IdSource): (broker: B) => string {
  let said = false;
  const insteadOf = (problem: string): string => {
    if (!said) new SteadyLogger(messages.BROKER_CONTEXT).error(messages.uidGeneratorFailed(problem));
    said = true;
    return ours();
  };
  return (broker) => {
    try {
      const id = generate(broker);
      if (typeof id === 'string' && id !== '') return id;
      const what = hearRejection(id, () => undefined) ? 'a promise' : id === '' ? "''" : typeof id;
      return insteadOf(`it gave ${what}`);
    } catch (error) {
      return insteadOf(messageOf(error));
    }
  };
}
