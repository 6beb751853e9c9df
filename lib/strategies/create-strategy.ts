import { BrokerOptionsError } from '../errors/broker.error.js';
import { strategyMessages } from '../messages/registry.messages.js';
import type { RandomSource } from '../time/sources.js';
import { LoadBalanceStrategy } from './load-balance.strategy.js';
import { RandomStrategy } from './random.strategy.js';
import { RoundRobinStrategy } from './round-robin.strategy.js';

/** A class to make a strategy of; its constructor gets the `strategyOptions`. */
export type StrategyClass = new (...args: never[]) => LoadBalanceStrategy;

/** What `registry.strategy` and the `strategy` of an action or event may be. */
export type StrategyChoice = string | StrategyClass | LoadBalanceStrategy;

type Maker = (random: RandomSource) => LoadBalanceStrategy;

const BUILT: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['RoundRobin', () => new RoundRobinStrategy()],
  ['Random', (random) => new RandomStrategy(random)],
]);

const PLANNED: readonly string[] = ['CpuUsage', 'Latency', 'Shard', 'LeastPending'];

/**
 * Makes the strategy that an option names. Names are Moleculer's, in upper or lower case; a ready instance is returned as it is.
 *
 * @throws BrokerOptionsError if the name is unknown or not built yet, or the value is no strategy
 */
export function createStrategy(
  choice: StrategyChoice,
  options: object | undefined,
  random: RandomSource,
): LoadBalanceStrategy {
  if (typeof choice === 'string') return byName(choice, random);
  if (choice instanceof LoadBalanceStrategy) return choice;
  if (choice === (RandomStrategy as StrategyClass)) return new RandomStrategy(random);
  if (typeof choice === 'function') {
    const made = new (choice as unknown as new (options?: object) => unknown)(options);
    if (isStrategy(made)) return made;
  } else if (isStrategy(choice)) return choice;
  throw new BrokerOptionsError(strategyMessages.notAStrategy(choice, [...BUILT.keys()]), {
    type: String(choice),
  });
}

function byName(name: string, random: RandomSource): LoadBalanceStrategy {
  const wanted = name.toLowerCase();
  for (const [known, make] of BUILT) if (known.toLowerCase() === wanted) return make(random);
  const planned = PLANNED.find((known) => known.toLowerCase() === wanted);
  const allowed = [...BUILT.keys()];
  const text = planned
    ? strategyMessages.notBuilt(planned, allowed)
    : strategyMessages.unknown(name, allowed);
  throw new BrokerOptionsError(text, { type: name });
}

/** By shape, not by class: a test double, or a strategy from another copy of the package, will do. */
function isStrategy(value: unknown): value is LoadBalanceStrategy {
  return typeof (value as { select?: unknown } | null | undefined)?.select === 'function';
}
