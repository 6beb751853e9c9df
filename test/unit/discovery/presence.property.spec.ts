import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import type { Registry } from '../../../lib/registry/registry.js';
import { announced, type RawPeer, VirtualCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();

const NODES = ['a', 'b', 'c'];
const LISTS = [
  [],
  [announced('s', { get: {} })],
  [announced('s', { get: {}, put: {} }), announced('t', { get: {} })],
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

/** By hand: these packets come in orders and with numbers that no node of ours gives them; for those of ours see registry/life.property.spec.ts. */
it('whatever comes in whatever order, a node knows who is there, and answers who asks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (history) => {
      const c = new VirtualCluster();
      try {
        const peers = new Map(NODES.map((id) => [id, c.peer(id)] as [string, RawPeer]));
        const me = await c.started({ nodeID: 'me', heartbeatInterval: 2, heartbeatTimeout: TIMEOUT / 1000 });
        await me.broker.createService({ name: 'mine', actions: { get: () => 1 } });
        await c.advance(1000);
        const model = new Model();
        const timers = c.scheduler.pending;
        for (const what of history) {
          const now = c.scheduler.now();
          if (what.do === 'wait') {
            await c.advance(what.ms);
            model.pass(c.scheduler.now(), (id) => me.registry.node(id)?.available === true);
          } else {
            const peer = peers.get(what.node) as RawPeer;
            peer.forget();
            const known = model.nodes.get(what.node);
            if (what.do === 'info') {
              const { list, seq, instance: instanceID } = what;
              peer.send('INFO', what.toAll ? undefined : 'me', { services: LISTS[list], seq, instanceID });
              model.info(what.node, now, list, seq, instanceID);
            } else if (what.do === 'heartbeat') {
              peer.send('HEARTBEAT', undefined, { cpu: 5 });
              if (known?.on) known.heard = now;
            } else if (what.do === 'discover') peer.send('DISCOVER', what.toAll ? undefined : 'me', {});
            else if (what.do === 'ping') peer.send('PING', 'me', { time: now, id: 'p' });
            else {
              peer.send('DISCONNECT', undefined, {});
              if (known?.on) Object.assign(known, { on: false, seq: known.seq + 1 });
            }
            await c.settle();
            const asked = peer.got('DISCOVER', 'me').length;
            // Neither the unknown nor the offline are there by a heartbeat: they are asked.
            expect(asked).toBe(what.do === 'heartbeat' && !known?.on ? 1 : 0);
            if (what.do === 'ping')
              expect(peer.got('PONG')).toMatchObject([{ time: now, id: 'p', sender: 'me' }]);
            if (what.do === 'discover') {
              await c.advance(400);
              model.pass(c.scheduler.now(), (id) => me.registry.node(id)?.available === true);
              const last = peer.got('INFO', 'me').at(-1) as Dictionary;
              expect(last['services']).toMatchObject([{ name: 'mine' }]);
              expect(last['seq']).toBe(me.registry.localSeq);
            }
          }
          check(me.registry, model);
          expect(c.scheduler.pending).toBeLessThanOrEqual(timers + 1);
        }
      } finally {
        await c.close();
      }
    }),
    { numRuns: 60 },
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
