import fc from 'fast-check';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { ServiceInfo } from '../../../lib/protocol/packets.js';
import { ctx, info, makeRegistry, ours, service } from './registry.fixture.js';

const { match } = (
  createRequire(import.meta.url)('moleculer15') as {
    Utils: { match(text: string, pattern: string): boolean };
  }
).Utils;

const NODES = ['a', 'b', 'c', 'd'];
const ACTIONS = ['s.one', 's.two', 't.one'];
const EVENTS = ['x', 'x.y', 'x.y.z'];
/** Lists of services to announce, some of them alike. */
const LISTS: ServiceInfo[][] = [
  [],
  [service('s', { one: {} }, { x: {} })],
  [service('s', { one: {}, two: {} }, { 'x.*': {} })],
  [
    service('s', { one: { visibility: 'protected' }, two: {} }, { '**': {}, x: {} }),
    service('t', { one: {} }, { 'x.**': {} }),
  ],
  [service('t', { one: {} }, { 'x.?': { group: 's' }, '*': { group: 's' } })],
];
const SILENT = 30;
const FORGET = 100;

/** The rules of the protocol, told in the plainest way. */
class Model {
  readonly nodes = new Map<
    string,
    { list: number; seq: number; instance: string; on: boolean; heard: number }
  >();
  local: number | null = null;
  now = 0;

  info(id: string, list: number, seq: number, instance: string): void {
    const node = this.nodes.get(id);
    if (node === undefined || !node.on)
      this.nodes.set(id, { list, seq, instance, on: true, heard: this.now });
    else if (seq > node.seq || instance !== node.instance) {
      if (instance !== node.instance) node.heard = this.now;
      Object.assign(node, { list, seq, instance });
    }
  }
  heartbeat(id: string): void {
    const node = this.nodes.get(id);
    if (node?.on) node.heard = this.now;
  }
  disconnect(id: string): void {
    const node = this.nodes.get(id);
    if (!node?.on) return;
    node.on = false;
    node.seq++;
  }
  sweep(): void {
    for (const [id, node] of [...this.nodes]) {
      const silence = this.now - node.heard;
      if (node.on) {
        if (silence > SILENT) this.disconnect(id);
      } else if (silence > FORGET) this.nodes.delete(id);
    }
  }

  owners(action: string): string[] {
    const has = (list: number, foreign: boolean) =>
      LISTS[list].some(
        ({ actions }) => action in actions && !(foreign && actions[action]['visibility'] === 'protected'),
      );
    const remote = [...this.nodes].filter(([, node]) => node.on && has(node.list, true)).map(([id]) => id);
    return this.local !== null && has(this.local, false) ? ['me', ...remote] : remote;
  }
  groups(event: string): Record<string, string[]> {
    const result: Record<string, string[]> = {};
    const add = (id: string, list: number) => {
      for (const { name, events } of LISTS[list]) {
        for (const { name: pattern, group = name } of Object.values(events)) {
          if (match(event, pattern) && !(result[group] ??= []).includes(id)) result[group].push(id);
        }
      }
    };
    if (this.local !== null) add('me', this.local);
    for (const [id, node] of this.nodes) if (node.on) add(id, node.list);
    return result;
  }
}

const node = fc.constantFrom(...NODES);
const list = fc.nat({ max: LISTS.length - 1 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('info' as const),
      node,
      list,
      seq: fc.integer({ min: 1, max: 5 }),
      instance: fc.constantFrom('i', 'j'),
    }),
  },
  fc.record({ do: fc.constant('disconnect' as const), node }),
  fc.record({ do: fc.constant('heartbeat' as const), node }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 60 }) }),
  fc.record({ do: fc.constant('local' as const), list: fc.option(list) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
);

describe('whatever the history', () => {
  it('the lists hold the available nodes that announced the action or a matching pattern, each once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (history, preferLocal) => {
        const { registry, clock } = makeRegistry({ preferLocal });
        const model = new Model();
        const look = () => {
          for (const action of ACTIONS) {
            const owners = model.owners(action);
            const actions = registry.action(action);
            const expected = owners.includes('me') && preferLocal ? ['me'] : owners;
            const turn = Array.from({ length: expected.length }, () => actions?.next(ctx));
            expect(turn.map((endpoint) => endpoint?.nodeID).sort()).toEqual([...expected].sort());
            expect(turn.every((endpoint) => endpoint?.available)).toBe(true);
            if (expected.length === 0) expect(actions?.next(ctx) ?? null).toBeNull();
            for (const id of [...NODES, 'me'])
              expect(actions?.on(id)?.nodeID).toBe(owners.includes(id) ? id : undefined);
            expect(registry.actions().find(({ name }) => name === action)?.count ?? 0).toBe(owners.length);
          }
          for (const event of EVENTS) {
            const groups = model.groups(event);
            const targets = registry
              .event(event)
              .groups.filter((group) => group.local !== null || group.remotes.length > 0);
            const found = targets.map((group) => [
              group.name,
              [...(group.local === null ? [] : ['me']), ...group.remotes.map(({ nodeID }) => nodeID)].sort(),
            ]);
            expect(Object.fromEntries(found)).toEqual(
              Object.fromEntries(Object.entries(groups).map(([name, ids]) => [name, ids.sort()])),
            );
            expect(found.length).toBe(Object.keys(groups).length);
            for (const group of targets) expect(groups[group.name]).toContain(group.next(ctx)?.nodeID);
          }
          const listed = registry.nodes().filter(({ local }) => !local);
          expect(listed.map(({ id, available, seq }) => [id, available, seq]).sort()).toEqual(
            [...model.nodes].map(([id, { on, seq }]) => [id, on, seq]).sort(),
          );
          const shapes = new Set([...model.nodes.values()].map((entry) => entry.list));
          expect(registry.stats().shapes).toBe(shapes.size);
        };
        for (const what of history) {
          if (what.do === 'info') {
            registry.applyInfo(
              info(what.node, structuredClone(LISTS[what.list]), {
                seq: what.seq,
                instanceID: what.instance,
              }),
            );
            model.info(what.node, what.list, what.seq, what.instance);
          } else if (what.do === 'disconnect') {
            registry.disconnect(what.node, false);
            model.disconnect(what.node);
          } else if (what.do === 'heartbeat') {
            registry.heartbeat(what.node, 1);
            model.heartbeat(what.node);
          } else if (what.do === 'wait') {
            clock.now += what.ms;
            model.now += what.ms;
            registry.sweep({ silentFor: SILENT, forgetAfter: FORGET });
            model.sweep();
          } else if (what.do === 'local') {
            for (const {
              info: { fullName },
            } of [...registry.localServices()])
              registry.unregisterLocal(fullName);
            if (what.list !== null) for (const entry of LISTS[what.list]) registry.registerLocal(ours(entry));
            model.local = what.list;
          } else look();
        }
        look();
      }),
      { numRuns: 500 },
    );
  });
});
