import type { Context } from '../context/context.js';
import { MoleculerServerError } from '../errors/moleculer.error.js';
import { hearRejection } from '../errors/unheard.js';
import { strategyMessages } from '../messages/registry.messages.js';
import type { Endpoint } from '../strategies/endpoint.js';
import type { LoadBalanceStrategy } from '../strategies/load-balance.strategy.js';

/**
 * Lets the strategy choose among two endpoints or more.
 *
 * @throws MoleculerServerError (500, `INVALID_ENDPOINT`) if it chooses none
 */
export function balance<E extends Endpoint>(
  strategy: LoadBalanceStrategy,
  endpoints: readonly E[],
  ctx: Context,
): E {
  const chosen = strategy.select(endpoints, ctx) as E | undefined | null;
  // Without an ID the call would go to nobody.
  if (typeof chosen?.nodeID === 'string') return chosen;
  hearRejection(chosen, () => undefined);
  throw new MoleculerServerError(strategyMessages.invalidEndpoint(), 500, 'INVALID_ENDPOINT', {
    strategy: strategy.constructor.name,
  });
}
