import { describe, expect, it } from 'vitest';
import { greeter, math, quietLog } from './node-life.fixture.js';
import { info, makeRegistry, served } from './registry.fixture.js';

quietLog();

describe('INFO', () => {
  it('of an unknown node brings it in', () => {
    const { registry, told } = makeRegistry();
    expect(registry.applyInfo(info('a', math))).toBe('connected');
    expect(served(registry, 'math.add', 1)).toEqual(['a']);
    expect(told.map(([name]) => name)).toEqual(['$services.changed', '$node.connected']);
    expect(told[0][1]).toEqual({ localService: false });
    expect(told[1][1]).toMatchObject({
      reconnected: false,
      node: {
        id: 'a',
        available: true,
        local: false,
        instanceID: 'instance-a',
        seq: 1,
        hostname: 'host-a',
        cpu: null,
        services: [{ fullName: 'math' }],
      },
    });
  });

  it.each([
    ['equal', 3, false],
    ['lower', 2, false],
    ['greater', 4, true],
  ])('with a seq that is %s: properties count, services only if it is greater', (_what, seq, counts) => {
    const { registry, told } = makeRegistry();
    registry.applyInfo(info('a', math, { seq: 3 }));
    told.length = 0;
    expect(registry.applyInfo(info('a', greeter, { seq, metadata: { zone: 'new' } }))).toBe('updated');
    expect(served(registry, 'greeter.hello', 1)).toEqual([counts ? 'a' : null]);
    expect(served(registry, 'math.add', 1)).toEqual([counts ? null : 'a']);
    expect(registry.node('a')).toMatchObject({ metadata: { zone: 'new' }, seq: counts ? seq : 3 });
    expect(told.map(([name]) => name)).toEqual(
      counts ? ['$services.changed', '$node.updated'] : ['$node.updated'],
    );
    expect(told.at(-1)?.[1]).toMatchObject({ node: { id: 'a', metadata: { zone: 'new' } } });
  });

  it.each([[undefined], [null], [Number.NaN], ['7'], [0], [Infinity]])(
    'without a usable seq (%s) counts as 1',
    (seq) => {
      const { registry } = makeRegistry();
      registry.applyInfo(info('a', math, { seq: seq as number }));
      expect(registry.node('a')?.seq).toBe(1);
      registry.applyInfo(info('a', greeter, { seq: 2 }));
      expect(served(registry, 'greeter.hello', 1)).toEqual(['a']);
    },
  );

  it('of another instance counts whatever its seq, and rejects what the former was asked', () => {
    const { registry, lost } = makeRegistry();
    registry.applyInfo(info('a', math, { seq: 9 }));
    expect(registry.applyInfo(info('a', greeter, { seq: 1, instanceID: 'other' }))).toBe('updated');
    expect(served(registry, 'greeter.hello', 1)).toEqual(['a']);
    expect(served(registry, 'math.add', 1)).toEqual([null]);
    expect(registry.node('a')).toMatchObject({ seq: 1, instanceID: 'other' });
    expect(lost).toEqual([['a', true]]);
  });

  it('of an offline node brings it back whatever its seq', () => {
    const { registry, told } = makeRegistry();
    registry.applyInfo(info('a', math, { seq: 5 }));
    registry.disconnect('a', true);
    told.length = 0;
    expect(registry.applyInfo(info('a', math, { seq: 1 }))).toBe('reconnected');
    expect(served(registry, 'math.add', 1)).toEqual(['a']);
    expect(told.at(-1)).toMatchObject([
      '$node.connected',
      { reconnected: true, node: { id: 'a', available: true, offlineSince: null } },
    ]);
  });

  it('without services, as a node sends that is about to leave, withdraws them; the node stays', () => {
    const { registry } = makeRegistry();
    registry.applyInfo(info('a', math));
    registry.applyInfo(info('a', [], { seq: 2 }));
    expect(served(registry, 'math.add', 1)).toEqual([null]);
    expect(registry.node('a')?.available).toBe(true);
  });

  it('under our own name changes nothing', () => {
    const { registry, told } = makeRegistry();
    registry.applyInfo(info('me', math, { seq: 99, hostname: 'stranger' }));
    expect(told).toEqual([]);
    expect(registry.action('math.add')).toBeUndefined();
    expect(registry.node('me')).toMatchObject({ hostname: 'host-me', instanceID: 'instance-me' });
  });

  it('does not count as a heartbeat', () => {
    const { registry, clock } = makeRegistry();
    registry.applyInfo(info('a', math));
    clock.now += 20_000;
    registry.applyInfo(info('a', math, { seq: 2 }));
    clock.now += 20_000;
    registry.sweep({ silentFor: 30_000, forgetAfter: null });
    expect(registry.node('a')?.available).toBe(false);
  });
});

describe('a heartbeat', () => {
  it('counts from an available node only', () => {
    const { registry, clock } = makeRegistry();
    expect(registry.heartbeat('a', 1)).toBe('unknown');
    registry.applyInfo(info('a', math));
    clock.now += 5_000;
    expect(registry.heartbeat('a', 70)).toBe('known');
    expect(registry.heartbeat('a', null)).toBe('known');
    expect(registry.node('a')).toMatchObject({ cpu: 70, heardAt: clock.now });
    registry.disconnect('a', false);
    expect(registry.heartbeat('a', 1)).toBe('offline');
    expect(registry.node('a')).toMatchObject({ cpu: 70, available: false });
    expect(registry.heartbeat('me', 12)).toBe('known');
    expect(registry.nodes()[0].cpu).toBe(12);
  });
});

describe('a node that leaves', () => {
  it('is offline, still listed, without endpoints, and its seq goes up', () => {
    const { registry, told, lost, clock } = makeRegistry();
    registry.applyInfo(info('a', math, { seq: 4 }));
    told.length = 0;
    clock.now += 3_400;
    expect(registry.disconnect('a', false)).toBe(true);
    expect(told.map(([name]) => name)).toEqual(['$node.disconnected', '$services.changed']);
    expect(told[0][1]).toMatchObject({
      unexpected: false,
      node: { id: 'a', available: false, seq: 5, offlineSince: 3 },
    });
    expect(lost).toEqual([['a', false]]);
    expect(served(registry, 'math.add', 1)).toEqual([null]);
    expect(registry.nodes().map(({ id, available }) => [id, available])).toEqual([
      ['me', true],
      ['a', false],
    ]);
    expect(registry.nodes({ onlyAvailable: true }).map(({ id }) => id)).toEqual(['me']);
    expect(registry.services()).toEqual([]);
  });

  it('leaves once, and we never do', () => {
    const { registry, told } = makeRegistry();
    registry.applyInfo(info('a', math));
    registry.disconnect('a', false);
    told.length = 0;
    expect([
      registry.disconnect('a', true),
      registry.disconnect('x', true),
      registry.disconnect('me', true),
    ]).toEqual([false, false, false]);
    expect(told).toEqual([]);
  });

  it('silently is noticed by the sweep, and removed when it has been silent for long', () => {
    const { registry, clock, lost } = makeRegistry();
    const sweep = () => registry.sweep({ silentFor: 30_000, forgetAfter: 600_000 });
    registry.applyInfo(info('a', math));
    registry.applyInfo(info('b', math));
    clock.now += 30_000;
    registry.heartbeat('b', 1);
    sweep();
    expect(lost).toEqual([]);
    clock.now += 1;
    sweep();
    expect(lost).toEqual([['a', true]]);
    expect(served(registry, 'math.add', 2)).toEqual(['b', 'b']);
    clock.now += 569_999;
    registry.heartbeat('b', 1);
    sweep();
    expect(registry.node('a')).toBeDefined();
    clock.now += 1;
    sweep();
    expect(registry.node('a')).toBeUndefined();
    expect([...registry.remoteNodes()].map(({ id }) => id)).toEqual(['b']);
    expect(registry.stats()).toMatchObject({ nodes: 2, shapes: 1 });
  });

  it('is kept where checks are off, and where silence is forgiven', () => {
    const { registry, clock } = makeRegistry();
    registry.applyInfo(info('a', math));
    registry.applyInfo(info('b', math));
    registry.disconnect('b', false);
    clock.now += 10_000_000;
    registry.sweep({ silentFor: null, forgetAfter: null });
    registry.touchAll();
    registry.sweep({ silentFor: 30_000, forgetAfter: null });
    expect(registry.nodes().map(({ id, available }) => [id, available])).toEqual([
      ['me', true],
      ['a', true],
      ['b', false],
    ]);
  });
});
