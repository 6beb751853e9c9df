import { describe, expect, it } from 'vitest';
import type { Registry } from '../../../lib/registry/registry.js';
import type { RegistryLimits } from '../../../lib/registry/registry-limits.js';
import { recordLogs } from '../logs.fixture.js';
import { info, makeRegistry, ours, service, WIDE } from './registry.fixture.js';

const logs = recordLogs();

const limited = (limits: Partial<RegistryLimits>) => makeRegistry({ limits: { ...WIDE, ...limits } });
const available = (registry: Registry) =>
  registry.nodes({ onlyAvailable: true }).flatMap(({ id, local }) => (local ? [] : [id]));
const nested = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
const MB = 1024 * 1024;

describe('registry.maxNodes', () => {
  it('of nodes that beat keeps further ones out, which is said once until there is room again', () => {
    const { registry } = limited({ maxNodes: 3 });
    for (const id of ['a', 'b', 'c']) {
      registry.applyInfo(info(id, [service('s', { get: {} })]));
      registry.heartbeat(id, 1);
    }
    for (const id of ['d', 'e', 'f']) expect(registry.applyInfo(info(id, []), true)).toBe('refused');
    expect(available(registry)).toEqual(['a', 'b', 'c']);
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(/^Node 'd' is not taken in.*registry\.maxNodes \(3\)/),
    ]);
    expect(registry.heartbeat('d', 1)).toBe('unknown');
    registry.disconnect('b', false);
    registry.sweep({ silentFor: null, forgetAfter: -1 });
    expect(registry.applyInfo(info('d', []), true)).toBe('connected');
    registry.heartbeat('d', 1);
    expect(registry.applyInfo(info('e', []))).toBe('refused');
    expect(logs.texts('warn')).toHaveLength(2);
  });

  it('lets nodes that are known go on: changes, restarts, returns', () => {
    const { registry } = limited({ maxNodes: 2 });
    for (const id of ['a', 'b']) {
      registry.applyInfo(info(id, []));
      registry.heartbeat(id, 1);
    }
    registry.applyInfo(info('a', [service('new', { get: {} })], { seq: 2 }));
    expect(registry.action('new.get')?.on('a')).toBeDefined();
    registry.disconnect('b', false);
    expect(registry.applyInfo(info('b', [service('back', { get: {} })], { instanceID: 'other' }))).toBe(
      'reconnected',
    );
    expect(available(registry)).toEqual(['a', 'b']);
  });

  it('lets those make room that are offline, the longest offline first', () => {
    const { registry, clock, lost } = limited({ maxNodes: 3 });
    for (const id of ['a', 'b', 'c']) {
      registry.applyInfo(info(id, []));
      registry.heartbeat(id, 1);
    }
    for (const id of ['b', 'a']) {
      clock.now += 10;
      registry.disconnect(id, false);
    }
    lost.splice(0);
    expect(registry.applyInfo(info('d', []))).toBe('connected');
    expect(registry.node('b')).toBeUndefined();
    expect(registry.node('a')?.available).toBe(false);
    expect(registry.applyInfo(info('e', []))).toBe('connected');
    expect(registry.node('a')).toBeUndefined();
    expect(lost).toEqual([]);
  });

  it('lets those make room that never beat, but only for one that does; its calls end', () => {
    const { registry, lost, told } = limited({ maxNodes: 2 });
    registry.applyInfo(info('invented-1', [service('fake', { get: {} })]));
    registry.applyInfo(info('invented-2', []));
    expect(registry.applyInfo(info('invented-3', []))).toBe('refused');
    expect(registry.applyInfo(info('real-1', [service('s', { get: {} })]), true)).toBe('connected');
    expect(lost).toEqual([['invented-1', true]]);
    expect(told).toContainEqual(['$node.disconnected', expect.objectContaining({ unexpected: true })]);
    expect(registry.applyInfo(info('real-2', []), true)).toBe('connected');
    expect(registry.applyInfo(info('real-3', []), true)).toBe('refused');
    expect(available(registry)).toEqual(['real-1', 'real-2']);
    expect(registry.stats()).toMatchObject({ nodes: 3, shapes: 2 });
    expect(registry.hasService('fake')).toBe(false);
  });

  it('holds against a flood, and a real node comes in all the same', () => {
    const { registry } = limited({ maxNodes: 50 });
    for (let i = 0; i < 5000; i++) registry.applyInfo(info(`invented-${i}`, [service(`s${i}`, { get: {} })]));
    expect(registry.stats()).toMatchObject({ nodes: 51, shapes: 50, actionLists: 50 });
    registry.applyInfo(info('real', [service('s', { get: {} })]), true);
    expect(registry.action('s.get')?.on('real')).toBeDefined();
    expect(registry.stats().nodes).toBe(51);
  });
});

describe('registry.maxAnnouncedSize', () => {
  const many = (name: string, actions: number) =>
    service(
      name,
      Object.fromEntries(Array.from({ length: actions }, (_, i) => [`a${i}`, { text: 'x'.repeat(100) }])),
    );

  it('leaves out the services of a node that take more than an eighth; the node stays', () => {
    const { registry } = limited({ maxAnnouncedSize: 8 * MB });
    expect(registry.applyInfo(info('big', [many('s', 20_000)]))).toBe('connected');
    expect(registry.stats()).toMatchObject({ nodes: 2, actionLists: 0 });
    expect(registry.heartbeat('big', 1)).toBe('known');
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(
        /^The services of node 'big' are left out.*registry\.maxAnnouncedSize \(8388608 bytes/,
      ),
    ]);
    registry.applyInfo(info('big', [many('s', 100)], { seq: 2 }));
    expect(registry.action('s.a7')?.on('big')).toBeDefined();
    registry.applyInfo(info('big', [many('s', 20_000)], { seq: 3 }));
    expect(registry.action('s.a7')?.on('big')).toBeUndefined();
  });

  it('counts equal lists once, however many nodes have them', () => {
    const { registry } = limited({ maxAnnouncedSize: 8 * MB });
    for (let i = 0; i < 300; i++) registry.applyInfo(info(`replica-${i}`, [many('s', 300)]));
    expect(registry.stats()).toMatchObject({ nodes: 301, shapes: 1 });
    expect(registry.stats().announcedSize).toBeLessThan(2 * MB);
    expect(logs.texts('warn')).toEqual([]);
  });

  it('is not exceeded by many nodes together, whatever they announce; those that beat come first', () => {
    const { registry } = limited({ maxAnnouncedSize: 2 * MB });
    for (let i = 0; i < 200; i++) {
      registry.applyInfo(info(`invented-${i}`, [many(`s${i}`, 20)], { metadata: { text: 'x'.repeat(500) } }));
      expect(registry.stats().announcedSize).toBeLessThanOrEqual(2 * MB);
    }
    const before = available(registry).length;
    expect(registry.applyInfo(info('real', [many('real', 20)]), true)).toBe('connected');
    expect(registry.action('real.a7')?.on('real')).toBeDefined();
    expect(available(registry).length).toBeLessThan(before + 1);
  });

  it('is free again when those go who took it', () => {
    const { registry } = limited({ maxAnnouncedSize: 8 * MB });
    const empty = registry.stats().announcedSize;
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < 20; i++)
        registry.applyInfo(info(`n${i}`, [many(`s${i}`, round * 10)], { seq: round }));
    }
    for (let i = 0; i < 20; i++) registry.disconnect(`n${i}`, false);
    registry.sweep({ silentFor: null, forgetAfter: -1 });
    const { announcedSize, actionLists, emptyLists } = registry.stats();
    expect(actionLists).toBe(emptyLists);
    // Names that were once known are remembered, to say "not available" instead of "not found"; they take no room.
    expect(announcedSize).toBe(empty);
  });

  it.each([
    ['events in many groups', 2500, 26_843, (i: number) => ({ name: '**', group: `g${i}` })],
    ['patterns that cost time', 500, 5_000, (i: number) => ({ name: `**a${i}**b**c` })],
  ])('bounds %s, so that an emit stays quick', (_what, each, most, event) => {
    const { registry } = limited({ maxAnnouncedSize: 256 * MB });
    for (let n = 0; n < 12; n++) {
      const events = Object.fromEntries(
        Array.from({ length: each }, (_, i) => [`k${i}`, event(n * each + i)]),
      );
      registry.applyInfo(info(`n${n}`, [{ name: `s${n}`, events }]));
    }
    const { eventLists, announcedSize } = registry.stats();
    expect(eventLists).toBeGreaterThan(4 * each);
    expect(eventLists).toBeLessThanOrEqual(most);
    expect(announcedSize).toBeLessThanOrEqual(256 * MB);
    expect(logs.texts('warn').at(-1)).toContain('registry.maxAnnouncedSize');
  });

  it('leaves out what a node tells of itself beside its services', () => {
    const { registry } = limited({ maxAnnouncedSize: 8 * MB });
    registry.applyInfo(info('a', [service('s', { get: {} })], { metadata: { text: 'x'.repeat(MB) } }));
    registry.applyInfo(info('b', [], { ipList: Array(100_000).fill('10.0.0.1') as string[] }));
    expect(registry.node('a')).toMatchObject({ metadata: {}, available: true });
    expect(registry.node('b')?.ipList).toEqual([]);
    expect(registry.action('s.get')?.on('a')).toBeDefined();
    expect(logs.texts('warn')).toHaveLength(2);
    expect(logs.texts('warn')[0]).toContain('registry.maxAnnouncedSize');
  });

  it('is no matter of our own services', () => {
    const { registry } = limited({ maxAnnouncedSize: MB });
    registry.registerLocal(ours(many('mine', 5000)));
    expect(registry.action('mine.a4999')?.local).not.toBeNull();
  });
});

describe('registry.maxDepth and transit.maxNameLength', () => {
  it('leave out what is nested too deep, and nothing else of the node', () => {
    const { registry } = limited({ maxDepth: 10 });
    const services = [
      service(
        'a',
        { fine: { params: nested(9) }, deep: { params: nested(10) } },
        { e: { x: nested(9) }, f: { x: nested(10) } },
      ),
      { ...service('b'), settings: nested(11), metadata: nested(10) },
    ];
    registry.applyInfo(info('n', services, { metadata: { x: 1 } }));
    const [a, b] = registry.services({ withActions: true, withEvents: true });
    expect(Object.keys(a!.actions!)).toEqual(['a.fine']);
    expect(Object.keys(a!.events!)).toEqual(['e']);
    expect([b!.settings, b!.metadata]).toEqual([{}, nested(10)]);
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(/^Of the services.* of node 'n' 3 are left out.*registry\.maxDepth \(10\)/),
    ]);
  });

  it('of what the node tells of itself', () => {
    const { registry } = limited({ maxDepth: 10 });
    registry.applyInfo(info('n', [], { metadata: nested(10) as Record<string, unknown> }));
    expect(registry.node('n')?.metadata).toEqual(nested(10));
    registry.applyInfo(info('n', [], { metadata: nested(11) as Record<string, unknown> }));
    expect(registry.node('n')?.metadata).toEqual({});
    expect(logs.texts('warn')).toEqual([expect.stringContaining('registry.maxDepth (10)')]);
  });

  it('so that lists can always be told to whoever asks', () => {
    const { registry } = limited({});
    const deep = nested(50_000);
    registry.applyInfo(
      info(
        'n',
        [
          {
            name: 'a',
            settings: deep,
            metadata: deep,
            actions: { x: { name: 'a.x', deep } },
            events: [{ name: 'e', deep }],
          },
        ],
        {
          metadata: deep as Record<string, unknown>,
          config: deep as Record<string, unknown>,
        },
      ),
    );
    const told = [
      registry.nodes({ withServices: true }),
      registry.services({ withActions: true, withEvents: true }),
      registry.actions({ withEndpoints: true }),
      registry.events({ withEndpoints: true }),
    ];
    expect(() => JSON.stringify(told)).not.toThrow();
    // What has a circle, as a serializer of somebody's own may bring it, is nested without end.
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    registry.applyInfo(info('m', [{ name: 'b', settings: circle }], { metadata: circle }));
    expect(() => JSON.stringify(registry.nodes({ withServices: true }))).not.toThrow();
  });

  it('leave out services, actions, events and groups with names too long', () => {
    const { registry } = limited({ maxNameLength: 20 });
    const long = 'x'.repeat(21);
    registry.applyInfo(
      info('n', [
        { name: long },
        {
          name: 's',
          version: long,
          actions: { a: { name: long }, b: { name: 's.b' } },
          events: [{ name: long }, { name: 'e' }, { name: 'f', group: long }],
        },
      ]),
    );
    expect(registry.services({ withActions: true, withEvents: true })).toMatchObject([
      { fullName: 's', actions: { 's.b': {} }, events: { e: {} } },
    ]);
    expect(registry.services()).toHaveLength(1);
    expect(registry.actions().map(({ name }) => name)).toEqual(['s.b']);
    expect(registry.events().map(({ name, group }) => [name, group])).toEqual([['e', 's']]);
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(/ 5 are left out.*transit\.maxNameLength \(20 characters\)/),
    ]);
  });
});

describe('an odd seq', () => {
  it.each([1e308, -5, Number.MAX_SAFE_INTEGER])(
    '%d is one like others: a restart of the node ends its reign',
    (seq) => {
      const { registry } = limited({});
      registry.applyInfo(info('n', [service('first', { get: {} })], { seq }));
      expect(registry.hasService('first')).toBe(true);
      registry.disconnect('n', false);
      registry.applyInfo(info('n', [service('second', { get: {} })], { seq: 1 }));
      expect([registry.hasService('first'), registry.hasService('second')]).toEqual([false, true]);
      registry.applyInfo(info('n', [service('third', { get: {} })], { seq: 1, instanceID: 'other' }));
      expect(registry.hasService('third')).toBe(true);
    },
  );
});
