import type { Context } from '../context/context.js';
import type { Endpoint } from './endpoint.js';

/**
 * Chooses among the endpoints that can serve a call or an event. One instance serves all lists; a list is the same array object until
 * its members change, so what must be remembered for a list can be kept in a `WeakMap` with the array as key.
 */
export abstract class LoadBalanceStrategy {
  /**
   * Called only with two endpoints or more, all available.
   *
   * @param endpoints the candidates; must be left as they are
   * @param ctx the call or event that is balanced
   * @returns one of `endpoints`
   */
  abstract select<E extends Endpoint>(endpoints: readonly E[], ctx?: Context): E;
}
