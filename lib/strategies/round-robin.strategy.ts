import { readCursor, writeCursor } from './cursor.js';
import type { Endpoint } from './endpoint.js';
import { LoadBalanceStrategy } from './load-balance.strategy.js';

/** Each endpoint in turn (Moleculer's default). The turn survives a change of the list. */
export class RoundRobinStrategy extends LoadBalanceStrategy {
  override select<E extends Endpoint>(endpoints: readonly E[]): E {
    let at = readCursor(endpoints);
    if (at >= endpoints.length) at = 0;
    writeCursor(endpoints, at + 1);
    return endpoints[at];
  }
}
