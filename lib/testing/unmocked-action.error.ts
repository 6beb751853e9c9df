import { MoleculerError } from '../errors/moleculer.error.js';

/**
 * Code under test called an action that the test made no answer for: code 501, type `UNMOCKED_ACTION`, `data.action` the name. Its
 * message says what helps. It is logged too, so that it is seen where the code under test swallows it.
 *
 * @publicApi
 */
export class UnmockedActionError extends MoleculerError {
  constructor(message: string, data: { action: string }) {
    super(message, 501, 'UNMOCKED_ACTION', data);
  }
}
