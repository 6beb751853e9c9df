import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStrategy } from '../../../lib/strategies/create-strategy.js';
import { ctx, info, makeRegistry, ours, service } from './registry.fixture.js';

const STAY = ['stays-1', 'stays-2', 'stays-3'];
const OTHERS = ['a', 'b', 'c', 'd'];

/** Two lists of services that both have the action and the event. */
const LISTS = [
  [service('s', { get: {} }, { 'x.*': {} })],
  [service('s', { get: { note: 1 }, more: {} }, { 'x.*': { note: 1 }, y: {} }), service('t', { get: {} })],
];

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'serve' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      node: fc.constantFrom(...OTHERS),
      list: fc.nat({ max: 1 }),
      instance: fc.constantFrom('i', 'j'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('leave' as const), node: fc.constantFrom(...OTHERS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      node: fc.constantFrom(...STAY),
      list: fc.nat({ max: 1 }),
      instance: fc.constantFrom('i', 'j'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('local' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'forget' as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Runs a history; returns how often each of the nodes that stay was chosen, after every choice. */
function serve(history: Step[], next: (registry: Registry) => string | undefined) {
  const { registry } = makeRegistry({ preferLocal: false });
  const counts = new Map(STAY.map((id) => [id, 0]));
  let seq = 1;
  for (const id of STAY) registry.applyInfo(info(id, LISTS[0]));
  for (const what of history) {
    if (what.do === 'serve') {
      const chosen = next(registry) as string;
      expect(registry.node(chosen)?.available).toBe(true);
      if (counts.has(chosen)) counts.set(chosen, (counts.get(chosen) as number) + 1);
      expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
    } else if (what.do === 'join' || what.do === 'change') {
      registry.applyInfo(info(what.node, LISTS[what.list], { seq: ++seq, instanceID: what.instance }));
    } else if (what.do === 'leave') registry.disconnect(what.node, true);
    else if (what.do === 'forget') registry.sweep({ silentFor: null, forgetAfter: -1 });
    else if (what.on) registry.registerLocal(ours(service('s', { get: {} }, { 'x.*': {} })));
    else registry.unregisterLocal('s');
  }
}

type Registry = ReturnType<typeof makeRegistry>['registry'];

describe('whoever else joins, leaves, changes or restarts', () => {
  it('calls reach the nodes that stay in turn: none is ever more than one call ahead', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (history) =>
        serve(history, (registry) => registry.action('s.get')?.next(ctx)?.nodeID),
      ),
      { numRuns: 300 },
    );
  });

  it('emits reach the nodes of a group that stay in turn', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (history) =>
        serve(history, (registry) => {
          const [group] = registry.event('x.y').groups.filter(({ name }) => name === 's');
          return group?.next(ctx)?.nodeID;
        }),
      ),
      { numRuns: 300 },
    );
  });
});

it('random calls reach every node there is, and no other, as often as chance has it', () => {
  let state = 1;
  // A linear congruential generator: the same numbers in each run.
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const { registry } = makeRegistry({ strategy: createStrategy('Random', undefined, random) });
  for (const id of [...STAY, ...OTHERS]) registry.applyInfo(info(id, LISTS[0]));
  for (const id of OTHERS) registry.disconnect(id, false);
  const counts = new Map<string, number>();
  for (let i = 0; i < 3000; i++) {
    const id = registry.action('s.get')?.next(ctx)?.nodeID as string;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(STAY);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
