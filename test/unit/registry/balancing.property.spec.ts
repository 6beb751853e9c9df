import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestCluster } from '../../../lib/testing/index.js';
import { Foreigner, foreigner, foreigners, service } from '../foreign.fixture.js';
import { Life, lives, node } from '../life.fixture.js';

const start = lives();

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

const options = { internalServices: false, heartbeatInterval: 0 };
/** Who is offline is forgotten with the next look. */
const discoverer = { options: { cleanOfflineNodesTimeout: 1 } };
const me = node('me', { ...options, registry: { preferLocal: false, discoverer } });

/** Runs a history, in which `next` says who was chosen: those that stay are never one choice further ahead. */
async function serve(history: Step[], next: (c: Life) => Promise<string>): Promise<void> {
  const cluster = await createTestCluster({ nodes: [me], logger: false });
  try {
    const c = new Life(cluster);
    const { registry } = c.broker('me');
    const others = new Map<string, Foreigner>();
    for (const id of [...STAY, ...OTHERS]) others.set(id, foreigner(c, id));
    for (const id of STAY) others.get(id)!.info(LISTS[0]);
    await cluster.advance(0);
    const counts = new Map(STAY.map((id) => [id, 0]));
    let seq = 1;
    let on = false;
    for (const what of history) {
      if (what.do === 'serve') {
        const chosen = await next(c);
        expect(registry.node(chosen)?.available).toBe(true);
        if (counts.has(chosen)) counts.set(chosen, counts.get(chosen)! + 1);
        expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
      } else if (what.do === 'join' || what.do === 'change') {
        others.get(what.node)!.info(LISTS[what.list], { seq: ++seq, instanceID: what.instance });
      } else if (what.do === 'leave') others.get(what.node)!.send('DISCONNECT', undefined);
      else if (what.do === 'forget') await cluster.advance('61s');
      else if (what.on !== on) {
        on = what.on;
        await cluster.run<unknown>(
          on ? c.broker('me').createService(own) : c.broker('me').destroyService('s'),
        );
      }
      await cluster.advance(0);
    }
  } finally {
    await cluster.close();
  }
}

/** The node that heard the last event that our node emitted. */
let heard = '';
const own = {
  name: 's',
  actions: { get: () => 'me' },
  events: { 'x.*': () => void (heard = 'me') },
};

describe('whoever else joins, leaves, changes or restarts', () => {
  it('calls reach the nodes that stay in turn: none is ever more than one call ahead', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), (history) =>
        serve(history, (c) => c.broker('me').call<string>('s.get')),
      ),
      { numRuns: 60 },
    ));

  it('emits reach the nodes of a group that stay in turn', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), (history) =>
        serve(history, async (c) => {
          heard = '';
          c.forget();
          await c.broker('me').emit('x.y');
          await c.cluster.advance(0);
          const sent = c.carried.filter(({ type }) => type === 'EVENT').map(({ to }) => to);
          expect(sent).toHaveLength(heard === '' ? 1 : 0);
          return sent[0] ?? heard;
        }),
      ),
      { numRuns: 60 },
    ));
});

it('random calls reach every node there is, and no other, as often as chance has it', async () => {
  const c = await start([node('me', { ...options, registry: { strategy: 'Random' } })]);
  const all = await foreigners(c, [...STAY, ...OTHERS], LISTS[0]);
  for (const one of all) if (OTHERS.includes(one.nodeID)) one.send('DISCONNECT', undefined);
  await c.cluster.advance(0);
  const counts = new Map<string, number>();
  for (const id of await c.answers('s.get', 3000)) counts.set(id, (counts.get(id) ?? 0) + 1);
  expect([...counts.keys()].sort()).toEqual(STAY);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
