import type { RandomSource } from '../time/sources.js';
import type { Endpoint } from './endpoint.js';
import { LoadBalanceStrategy } from './load-balance.strategy.js';

/** Any endpoint, each as likely as the others. */
export class RandomStrategy extends LoadBalanceStrategy {
  constructor(private readonly random: RandomSource) {
    super();
  }

  override select<E extends Endpoint>(endpoints: readonly E[]): E {
    return endpoints[Math.floor(this.random() * endpoints.length)];
  }
}
