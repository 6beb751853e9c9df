import { describe, expect, it } from 'vitest';
import type { MoleculerModuleOptions } from '../../../lib/index.js';
import { Foreigner, service, valueForeigner, ValueSerializer } from '../foreign.fixture.js';
import { type Life, lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';
import { Crowd, limited } from './crowd.fixture.js';

const logs = recordLogs();
const start = lives(logs);

const crowded = async (
  registry: MoleculerModuleOptions['registry'],
  transit?: MoleculerModuleOptions['transit'],
) => {
  const c = await start([limited(registry, transit)]);
  logs.lines.splice(0);
  return { c, crowd: new Crowd(c), registry: c.registry('me') };
};
const get = service('s', { get: {} });
const nested = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));

describe('registry.maxNodes', () => {
  it('of nodes that beat keeps further ones out, which is said once until there is room again', async () => {
    const { c, crowd, registry } = await crowded({ maxNodes: 3 });
    for (const id of ['a', 'b', 'c']) await crowd.arrive(id, [get]);
    for (const id of ['d', 'e', 'f']) await crowd.arrive(id);
    expect(c.seenBy('me')).toEqual(['a', 'b', 'c']);
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(/^Node 'd' is not taken in.*registry\.maxNodes \(3\)/),
    ]);
    expect(await crowd.beat('d')).toBe(true);
    await crowd.leave('b');
    await crowd.forgotten();
    expect(registry.node('b')).toBeUndefined();
    await crowd.arrive('d');
    expect(c.seenBy('me')).toEqual(['a', 'c', 'd']);
    await crowd.announce('e');
    expect(c.seenBy('me')).toEqual(['a', 'c', 'd']);
    expect(logs.texts('warn')).toHaveLength(2);
  });

  it('lets nodes that are known go on: changes, restarts, returns', async () => {
    const { c, crowd } = await crowded({ maxNodes: 2 });
    for (const id of ['a', 'b']) await crowd.arrive(id);
    await crowd.announce('a', [service('new', { get: {} })], { seq: 2 });
    expect(await c.answers('new.get')).toEqual(['a']);
    await crowd.leave('b');
    await crowd.announce('b', [service('back', { get: {} })], { instanceID: 'other' });
    expect(await c.answers('back.get')).toEqual(['b']);
    expect(c.seenBy('me')).toEqual(['a', 'b']);
  });

  it('lets those make room that are offline, the longest offline first', async () => {
    const { c, crowd, registry } = await crowded({ maxNodes: 3 });
    for (const id of ['a', 'b', 'c']) await crowd.arrive(id);
    for (const id of ['b', 'a']) {
      await c.cluster.advance(10);
      await crowd.leave(id);
    }
    const changes = c.changesOf('me');
    await crowd.announce('d');
    expect(c.seenBy('me')).toEqual(['c', 'd']);
    expect(registry.node('b')).toBeUndefined();
    expect(registry.node('a')?.available).toBe(false);
    await crowd.announce('e');
    expect(c.seenBy('me')).toEqual(['c', 'd', 'e']);
    expect(registry.node('a')).toBeUndefined();
    expect(changes.filter((change) => change.startsWith('node.disconnected'))).toEqual([]);
  });

  it('lets those make room that never beat, but only for one that does; its calls end', async () => {
    const { c, crowd, registry } = await crowded({ maxNodes: 2 });
    await crowd.announce('invented-1', [service('fake', { get: {} })]);
    await crowd.announce('invented-2');
    await crowd.announce('invented-3');
    expect(c.seenBy('me')).toEqual(['invented-1', 'invented-2']);
    crowd.hang();
    const call = watched(c.broker('me').call('fake.get', {}, { timeout: 0 }));
    const changes = c.changesOf('me');
    await crowd.arrive('real-1', [get]);
    expect(call).toMatchObject({ state: 'failed', value: { name: 'RequestRejectedError' } });
    expect(changes).toContain('node.disconnected invented-1 unexpected');
    await crowd.arrive('real-2');
    await crowd.arrive('real-3');
    expect(c.seenBy('me')).toEqual(['real-1', 'real-2']);
    expect(registry.stats()).toMatchObject({ nodes: 3, shapes: 2 });
    expect(registry.hasService('fake')).toBe(false);
  });

  it('holds against a flood, and a real node comes in all the same', async () => {
    const { c, crowd, registry } = await crowded({ maxNodes: 50 });
    for (let i = 0; i < 5000; i++) crowd.say(`invented-${i}`, [service(`s${i}`, { get: {} })]);
    await c.cluster.advance(0);
    expect(registry.stats()).toMatchObject({ nodes: 51, shapes: 50, actionLists: 50 });
    await crowd.arrive('real', [get]);
    expect(await c.answers('s.get')).toEqual(['real']);
    expect(registry.stats().nodes).toBe(51);
  });
});

describe('registry.maxDepth and transit.maxNameLength', () => {
  it('leave out what is nested too deep, and nothing else of the node', async () => {
    const { crowd, registry } = await crowded({ maxDepth: 10 });
    const services = [
      service(
        'a',
        { fine: { params: nested(9) }, deep: { params: nested(10) } },
        { e: { x: nested(9) }, f: { x: nested(10) } },
      ),
      { ...service('b'), settings: nested(11), metadata: nested(10) },
    ];
    await crowd.announce('n', services, { metadata: { x: 1 } });
    const [a, b] = registry.services({ withActions: true, withEvents: true });
    expect(Object.keys(a!.actions!)).toEqual(['a.fine']);
    expect(Object.keys(a!.events!)).toEqual(['e']);
    expect([b!.settings, b!.metadata]).toEqual([{}, nested(10)]);
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(/^Of the services.* of node 'n' 3 are left out.*registry\.maxDepth \(10\)/),
    ]);
  });

  it('of what the node tells of itself', async () => {
    const { crowd, registry } = await crowded({ maxDepth: 10 });
    await crowd.announce('n', [], { metadata: nested(10) });
    expect(registry.node('n')?.metadata).toEqual(nested(10));
    await crowd.announce('n', [], { metadata: nested(11) });
    expect(registry.node('n')?.metadata).toEqual({});
    expect(logs.texts('warn')).toEqual([expect.stringContaining('registry.maxDepth (10)')]);
  });

  it('so that lists can always be told to whoever asks', async () => {
    const all = { withServices: true, withActions: true, withEvents: true, withEndpoints: true };
    const told = async (c: Life) => {
      const lists = ['list', 'services', 'actions', 'events'].map((list) =>
        c.broker('asks').call(`$node.${list}`, all, { nodeID: 'me' }),
      );
      return JSON.stringify(await Promise.all(lists));
    };
    const plain = await start([node('me'), node('asks')]);
    // No serializer writes that.
    const deep = '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000);
    const actions = `{"x":{"name":"a.x","deep":${deep}}}`;
    const services = `[{"name":"a","settings":${deep},"metadata":${deep},"actions":${actions},"events":[{"name":"e","deep":${deep}}]}]`;
    const info = `{"ver":"5","sender":"n","services":${services},"metadata":${deep},"config":${deep},"seq":1}`;
    new Foreigner(plain.cluster, 'n').raw('MOL.INFO', info);
    await plain.cluster.advance(0);
    expect(plain.sees('me', 'n')).toBe(true);
    expect(await told(plain)).toContain('"fullName":"a"');
    // What has a circle, as a serializer of somebody's own may bring it, is nested without end.
    const serializer = new ValueSerializer();
    const other = await start([node('me', { serializer }), node('asks', { serializer })]);
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    valueForeigner(other, 'm').info([{ name: 'b', settings: circle }], { metadata: circle });
    await other.cluster.advance(0);
    expect(other.sees('me', 'm')).toBe(true);
    expect(await told(other)).toContain('"fullName":"b"');
  });

  it('leave out services, actions, events and groups with names too long', async () => {
    const { crowd, registry } = await crowded({}, { maxNameLength: 64 });
    const long = 'x'.repeat(65);
    await crowd.announce('n', [
      { name: long },
      {
        name: 's',
        version: long,
        actions: { a: { name: long }, b: { name: 's.b' } },
        events: [{ name: long }, { name: 'e' }, { name: 'f', group: long }],
      },
    ]);
    expect(registry.services({ withActions: true, withEvents: true })).toMatchObject([
      { fullName: 's', actions: { 's.b': {} }, events: { e: {} } },
    ]);
    expect(registry.services()).toHaveLength(1);
    expect(registry.actions().map(({ name }) => name)).toEqual(['s.b']);
    expect(registry.events().map(({ name, group }) => [name, group])).toEqual([['e', 's']]);
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(/ 5 are left out.*transit\.maxNameLength \(64 characters\)/),
    ]);
  });
});

describe('an odd seq', () => {
  it.each([1e308, -5, Number.MAX_SAFE_INTEGER])(
    '%d is one like others: a restart of the node ends its reign',
    async (seq) => {
      const { c, crowd } = await crowded({});
      const answers = async () =>
        (await Promise.all(['first.get', 'second.get', 'third.get'].map((name) => c.answers(name)))).flat();
      await crowd.announce('n', [service('first', { get: {} })], { seq });
      expect((await answers())[0]).toBe('n');
      await crowd.leave('n');
      await crowd.announce('n', [service('second', { get: {} })], { seq: 1 });
      expect(await answers()).toEqual(['ServiceNotAvailableError', 'n', 'ServiceNotFoundError']);
      await crowd.announce('n', [service('third', { get: {} })], { seq: 1, instanceID: 'other' });
      expect((await answers())[2]).toBe('n');
    },
  );
});
