import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MOLECULER_SCHEDULER } from '../../../lib/index.js';
import type { Registry } from '../../../lib/registry/registry.js';
import { createTestCluster } from '../../../lib/testing/index.js';
import type { NodeScheduler } from '../../../lib/testing/node-scheduler.js';
import { Foreigner, service } from '../foreign.fixture.js';
import { Life, node as ours } from '../life.fixture.js';

const NODES = ['a', 'b', 'c'];
const LISTS = [
  [],
  [service('s', { get: {} })],
  [service('s', { get: {}, put: {} }), service('t', { get: {} })],
];
const ACTIONS = ['s.get', 's.put', 't.get'];
/** ms; a silent node is looked for three times in it. */
const TIMEOUT = 6000;

interface Known {
  on: boolean;
  list: number;
  seq: number;
  instance: string;
  heard: number;
}

const node = fc.constantFrom(...NODES);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('info' as const),
      node,
      list: fc.nat({ max: LISTS.length - 1 }),
      seq: fc.integer({ min: 1, max: 5 }),
      instance: fc.constantFrom('i', 'j'),
      toAll: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heartbeat' as const), node }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('discover' as const), node, toAll: fc.boolean() }) },
  fc.record({ do: fc.constant('disconnect' as const), node }),
  fc.record({ do: fc.constant('ping' as const), node }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 5000 }) }) },
);

/** What the protocol says of who is there, in the plainest way. */
class Model {
  readonly nodes = new Map<string, Known>();

  info(id: string, now: number, list: number, seq: number, instance: string): void {
    const known = this.nodes.get(id);
    if (known === undefined || !known.on) this.nodes.set(id, { on: true, list, seq, instance, heard: now });
    else if (seq > known.seq || instance !== known.instance) {
      if (instance !== known.instance) known.heard = now;
      Object.assign(known, { list, seq, instance });
    }
  }

  /** A node long silent is off; between the timeout and the look after it, whatever the registry says is right. */
  pass(now: number, isOn: (id: string) => boolean): void {
    for (const [id, known] of this.nodes) {
      const silent = now - known.heard;
      if (!known.on || silent <= TIMEOUT) continue;
      known.on = silent <= TIMEOUT + TIMEOUT / 3 && isOn(id);
      if (!known.on) known.seq++;
    }
  }
}

const mine = { name: 'mine', actions: { get: () => 1 } };
const options = { heartbeatInterval: 2, heartbeatTimeout: TIMEOUT / 1000, internalServices: false };

/** These packets come in orders and with numbers that no node of ours gives them; for those of ours see registry/life.property.spec.ts. */
it('whatever comes in whatever order, a node knows who is there, and answers who asks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), fc.nat(), async (history, seed) => {
      const cluster = await createTestCluster({ nodes: [ours('me', options, mine)], seed, logger: false });
      try {
        const c = new Life(cluster);
        const registry = c.registry('me');
        const others = new Map(NODES.map((id) => [id, new Foreigner(cluster, id)] as const));
        const scheduler = cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER);
        const model = new Model();
        const pass = () => model.pass(cluster.elapsed, (id) => c.sees('me', id));
        const timers = scheduler.pending;
        for (const what of history) {
          const now = cluster.elapsed;
          if (what.do === 'wait') {
            await cluster.advance(what.ms);
            pass();
          } else {
            const other = others.get(what.node)!;
            c.forget();
            const known = model.nodes.get(what.node);
            if (what.do === 'info') {
              const { list, seq, instance: instanceID } = what;
              other.send('INFO', what.toAll ? undefined : 'me', { services: LISTS[list], seq, instanceID });
              model.info(what.node, now, list, seq, instanceID);
            } else if (what.do === 'heartbeat') {
              other.beat();
              if (known?.on) known.heard = now;
            } else if (what.do === 'discover') other.send('DISCOVER', what.toAll ? undefined : 'me');
            else if (what.do === 'ping') other.send('PING', 'me', { time: now, id: 'p' });
            else {
              other.send('DISCONNECT', undefined);
              if (known?.on) Object.assign(known, { on: false, seq: known.seq + 1 });
            }
            await cluster.advance(0);
            // Neither the unknown nor the offline are there by a heartbeat: they are asked.
            expect(c.got(what.node, 'DISCOVER', 'me')).toHaveLength(
              what.do === 'heartbeat' && !known?.on ? 1 : 0,
            );
            if (what.do === 'ping')
              expect(c.got(what.node, 'PONG')).toMatchObject([{ time: now, id: 'p', sender: 'me' }]);
            if (what.do === 'discover') {
              await cluster.advance(400);
              pass();
              const last = c.got(what.node, 'INFO', 'me').at(-1)!;
              expect(last['services']).toMatchObject([{ name: 'mine' }]);
              expect(last['seq']).toBe(registry.localSeq);
            }
          }
          check(registry, model);
          expect(scheduler.pending).toBeLessThanOrEqual(timers + 1);
        }
      } finally {
        await cluster.close();
      }
    }),
    { numRuns: 100 },
  );
});

function check(registry: Registry, model: Model): void {
  const listed = registry.nodes().filter(({ local }) => !local);
  const told = [...model.nodes].map(([id, { on, seq }]) => [id, on, seq]);
  expect(listed.map(({ id, available, seq }) => [id, available, seq]).sort()).toEqual(told.sort());
  for (const action of ACTIONS) {
    const owners = [...model.nodes].filter(
      ([, { on, list }]) => on && LISTS[list].some(({ actions }) => action in (actions as object)),
    );
    for (const id of NODES) {
      expect(registry.action(action)?.on(id) !== undefined, `${action} on ${id}`).toBe(
        owners.some(([owner]) => owner === id),
      );
    }
  }
}
