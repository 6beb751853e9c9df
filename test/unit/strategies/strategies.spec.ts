import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { createStrategy, type StrategyChoice } from '../../../lib/strategies/create-strategy.js';
import { carryCursor } from '../../../lib/strategies/cursor.js';
import type { Endpoint } from '../../../lib/strategies/endpoint.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { RandomStrategy } from '../../../lib/strategies/random.strategy.js';
import { RoundRobinStrategy } from '../../../lib/strategies/round-robin.strategy.js';

function endpoints(...ids: string[]): Endpoint[] {
  return ids.map((nodeID) => ({ nodeID, local: false, name: 'a.b', available: true, cpu: null }));
}

describe('RoundRobinStrategy', () => {
  it('serves each in turn, and several lists independently', () => {
    const strategy = new RoundRobinStrategy();
    const [one, two] = [endpoints('a', 'b'), endpoints('x', 'y', 'z')];
    const seen = [one, two, one, two, one, two, two].map((list) => strategy.select(list).nodeID);
    expect(seen).toEqual(['a', 'x', 'b', 'y', 'a', 'z', 'x']);
  });

  it('takes up where it was when the list is rebuilt', () => {
    const strategy = new RoundRobinStrategy();
    const before = endpoints('a', 'b', 'c', 'd');
    strategy.select(before);
    strategy.select(before);
    const after = endpoints('b', 'd', 'e');
    carryCursor(before, after);
    expect([0, 0, 0, 0].map(() => strategy.select(after).nodeID)).toEqual(['d', 'e', 'b', 'd']);
  });

  it('serves nodes that stay fairly within one call, whoever else comes and goes', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('call' as const) },
      { weight: 1, arbitrary: fc.nat({ max: 7 }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (history) => {
        const strategy = new RoundRobinStrategy();
        let list = endpoints('stays-1', 'stays-2', 'stays-3');
        const count = new Map<string, number>();
        let joined = 0;
        for (const what of history) {
          if (what === 'call') {
            const { nodeID } = strategy.select(list);
            count.set(nodeID, (count.get(nodeID) ?? 0) + 1);
            const kept = ['stays-1', 'stays-2', 'stays-3'].map((id) => count.get(id) ?? 0);
            expect(Math.max(...kept) - Math.min(...kept)).toBeLessThanOrEqual(1);
            continue;
          }
          const gone = list[what]?.nodeID;
          const next =
            gone === undefined || gone.startsWith('stays')
              ? [...list, ...endpoints(`n${joined++}`)]
              : list.filter((e) => e.nodeID !== gone);
          carryCursor(list, next);
          list = next;
        }
      }),
    );
  });
});

describe('RandomStrategy', () => {
  it('picks what the random source says', () => {
    const numbers = [0, 0.34, 0.999999, 0.5];
    const strategy = new RandomStrategy(() => numbers.shift() as number);
    const list = endpoints('a', 'b', 'c');
    expect([0, 0, 0, 0].map(() => strategy.select(list).nodeID)).toEqual(['a', 'b', 'c', 'b']);
  });
});

describe('createStrategy', () => {
  const make = (choice: unknown, options?: object) =>
    createStrategy(choice as StrategyChoice, options, () => 0.9);

  it('knows names in any case', () => {
    expect(make('RoundRobin')).toBeInstanceOf(RoundRobinStrategy);
    expect(make('roundrobin')).toBeInstanceOf(RoundRobinStrategy);
    expect(make('Random').select(endpoints('a', 'b')).nodeID).toBe('b');
    expect(make(RandomStrategy).select(endpoints('a', 'b')).nodeID).toBe('b');
  });

  it('makes an instance of a class, with its options, and takes an instance as it is', () => {
    class Last extends LoadBalanceStrategy {
      constructor(readonly options: { from: number }) {
        super();
      }
      override select<E extends Endpoint>(list: readonly E[]): E {
        return list[list.length - 1];
      }
    }
    expect((make(Last, { from: 3 }) as Last).options).toEqual({ from: 3 });
    const instance = new Last({ from: 1 });
    expect(make(instance)).toBe(instance);
    const double = { select: (list: readonly unknown[]) => list[0] };
    expect(make(double)).toBe(double);
  });

  it.each([
    ['Rund', /Unknown load balancing strategy 'Rund'.*'RoundRobin', 'Random'/],
    ['CpuUsage', /'CpuUsage' is not built yet/],
    ['leastpending', /'LeastPending' is not built yet/],
    [class Nothing {}, /Class 'Nothing' is not a load balancing strategy/],
    [7, /type number is not a load balancing strategy/],
    [null, /type null is not a load balancing strategy/],
  ])('refuses %s, and says what is allowed', (choice, text) => {
    expect(() => make(choice)).toThrow(BrokerOptionsError);
    expect(() => make(choice)).toThrow(text);
  });
});
