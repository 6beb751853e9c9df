import { describe, expect, it } from 'vitest';
import { greeter, math, quietLog } from './node-life.fixture.js';
import { info, makeRegistry, served } from './registry.fixture.js';

quietLog();

describe('INFO', () => {
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

  it('under our own name changes nothing', () => {
    const { registry, told } = makeRegistry();
    registry.applyInfo(info('me', math, { seq: 99, hostname: 'stranger' }));
    expect(told).toEqual([]);
    expect(registry.action('math.add')).toBeUndefined();
    expect(registry.node('me')).toMatchObject({ hostname: 'host-me', instanceID: 'instance-me' });
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
});
