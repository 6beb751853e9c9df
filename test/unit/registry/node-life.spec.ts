import { describe, expect, it } from 'vitest';
import type { InfoPacket } from '../../../lib/protocol/packets.js';
import { foreigner, foreigners, service, valueForeigner, ValueSerializer } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const start = lives(logs);

const math = [service('math', { add: {} })];
const greeter = [service('greeter', { hello: {} })];
const SECOND = 1000;

const withA = async () => {
  const c = await start([node('me', { internalServices: false })]);
  const a = foreigner(c, 'a');
  return { c, a, registry: c.registry('me'), rest: () => c.cluster.advance(0) };
};

describe('INFO', () => {
  it.each([
    ['equal', 3, false],
    ['lower', 2, false],
    ['greater', 4, true],
  ])(
    'with a seq that is %s: properties count, services only if it is greater',
    async (_what, seq, counts) => {
      const { c, a, registry, rest } = await withA();
      a.info(math, { seq: 3 });
      await rest();
      const told = c.toldAt('me');
      a.info(greeter, { seq, metadata: { zone: 'new' } });
      await rest();
      expect(await c.answers('greeter.hello')).toEqual([counts ? 'a' : 'ServiceNotFoundError']);
      expect(await c.answers('math.add')).toEqual([counts ? 'ServiceNotAvailableError' : 'a']);
      expect(registry.node('a')).toMatchObject({ metadata: { zone: 'new' }, seq: counts ? seq : 3 });
      expect(told.map(([name]) => name)).toEqual(
        counts ? ['$services.changed', '$node.updated'] : ['$node.updated'],
      );
      expect(told.at(-1)?.[1]).toMatchObject({ node: { id: 'a', metadata: { zone: 'new' } } });
    },
  );

  it.each([[undefined], [null], [Number.NaN], ['7'], [0], [Infinity]])(
    'without a usable seq (%s) counts as 1',
    async (seq) => {
      const c = await start([node('me', { serializer: new ValueSerializer() })]);
      const a = valueForeigner(c, 'a');
      a.info(math, { seq });
      await c.cluster.advance(0);
      expect(c.registry('me').node('a')?.seq).toBe(1);
      expect(await c.answers('math.add')).toEqual(['a']);
      a.info(greeter, { seq: 2 });
      await c.cluster.advance(0);
      expect(await c.answers('greeter.hello')).toEqual(['a']);
    },
  );

  it('under our own name changes nothing', async () => {
    const { c, a, registry, rest } = await withA();
    const told = c.toldAt('me');
    const before = registry.nodes();
    a.info(math, { sender: 'me', seq: 99, hostname: 'stranger' });
    a.info(math, { sender: 'me', seq: 99, hostname: 'stranger' }, 'me');
    await rest();
    const [packet, ...others] = c.got('me', 'INFO');
    expect(others).toHaveLength(1);
    // Nor would it where somebody let it through.
    expect(registry.applyInfo(packet as unknown as InfoPacket)).toBe('updated');
    expect(told).toEqual([]);
    expect(await c.answers('math.add')).toEqual(['ServiceNotFoundError']);
    expect(registry.nodes()).toEqual(before);
    expect(logs.texts('error')).toEqual([expect.stringContaining("'me'")]);
  });
});

describe('a heartbeat', () => {
  it('counts from an available node only', async () => {
    const { c, a, registry, rest } = await withA();
    /** Whether `a` was asked who it is. */
    const beat = async (cpu: number | null) => {
      c.forget();
      a.beat(cpu);
      await rest();
      return c.got('a', 'DISCOVER').length > 0;
    };
    a.onPacket = null;
    expect(await beat(1)).toBe(true);
    expect(registry.node('a')).toBeUndefined();
    a.info(math);
    await c.cluster.advance(5 * SECOND);
    expect(await beat(70)).toBe(false);
    expect(await beat(null)).toBe(false);
    const heardAt = registry.node('a')!.heardAt;
    expect(registry.node('a')).toMatchObject({ cpu: 70, available: true });
    await c.cluster.advance(5 * SECOND);
    a.send('DISCONNECT', undefined);
    await rest();
    expect(await beat(1)).toBe(true);
    expect(registry.node('a')).toMatchObject({ cpu: 70, available: false, heardAt });
  });
});

describe('a node that leaves', () => {
  it('leaves once, and we never do', async () => {
    const { c, a, registry, rest } = await withA();
    a.info(math);
    a.send('DISCONNECT', undefined);
    await rest();
    expect(c.sees('me', 'a')).toBe(false);
    const told = c.toldAt('me');
    for (const sender of ['a', 'x', 'me']) a.send('DISCONNECT', undefined, { sender });
    await rest();
    expect(c.got('me', 'DISCONNECT')).toHaveLength(4);
    // Whoever says so.
    expect(registry.disconnect('me', true)).toBe(false);
    expect(told).toEqual([]);
    expect(registry.nodes().map(({ id, available }) => [id, available])).toEqual([
      ['me', true],
      ['a', false],
    ]);
  });

  it('silently is noticed by the sweep, and removed when it has been silent for long', async () => {
    const c = await start([
      node('me', { internalServices: false, heartbeatInterval: 10, heartbeatTimeout: 30 }),
    ]);
    const { registry } = c.broker('me');
    const [, b] = await foreigners(c, ['a', 'b'], math);
    const changes = c.changesOf('me');
    const pass = async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        await c.cluster.advance(SECOND);
        if (i % 5 === 0) b!.beat();
      }
    };
    await pass(30);
    expect(changes).toEqual([]);
    await pass(10);
    expect(changes).toEqual(['node.disconnected a unexpected', 'services.changed a']);
    expect(await c.answers('math.add', 2)).toEqual(['b', 'b']);
    await pass(560);
    expect(registry.node('a')).toBeDefined();
    await pass(11);
    expect(registry.node('a')).toBeUndefined();
    expect([...registry.remoteNodes()].map(({ id }) => id)).toEqual(['b']);
    expect(registry.stats()).toMatchObject({ nodes: 2, shapes: 1 });
  });
});
