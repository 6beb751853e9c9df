import { describe, expect, it } from 'vitest';
import { service } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { Crowd, limited } from './crowd.fixture.js';

const logs = recordLogs();
const start = lives(logs);

const MB = 1024 * 1024;
const text = 'x'.repeat(100);

const crowded = async (maxAnnouncedSize: number) => {
  const c = await start([limited({ maxAnnouncedSize })]);
  logs.lines.splice(0);
  return { c, crowd: new Crowd(c), registry: c.registry('me') };
};

const many = (name: string, actions: number) =>
  service(name, Object.fromEntries(Array.from({ length: actions }, (_, i) => [`a${i}`, { text }])));

describe('registry.maxAnnouncedSize', () => {
  it('leaves out the services of a node that take more than an eighth; the node stays', async () => {
    const { c, crowd, registry } = await crowded(8 * MB);
    await crowd.announce('big', [many('s', 20_000)]);
    expect(c.seenBy('me')).toEqual(['big']);
    expect(registry.stats()).toMatchObject({ nodes: 2, actionLists: 0 });
    expect(await crowd.beat('big')).toBe(false);
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(
        /^The services of node 'big' are left out.*registry\.maxAnnouncedSize \(8388608 bytes/,
      ),
    ]);
    await crowd.announce('big', [many('s', 100)], { seq: 2 });
    expect(await c.answers('s.a7')).toEqual(['big']);
    await crowd.announce('big', [many('s', 20_000)], { seq: 3 });
    expect(await c.answers('s.a7')).toEqual(['ServiceNotAvailableError']);
  });

  it('counts equal lists once, however many nodes have them', async () => {
    const { c, crowd, registry } = await crowded(8 * MB);
    for (let i = 0; i < 300; i++) crowd.say(`replica-${i}`, [many('s', 300)]);
    await c.cluster.advance(0);
    expect(registry.stats()).toMatchObject({ nodes: 301, shapes: 1 });
    expect(registry.stats().announcedSize).toBeLessThan(2 * MB);
    expect(logs.texts('warn')).toEqual([]);
  });

  it('is not exceeded by many nodes together, whatever they announce; those that beat come first', async () => {
    const { c, crowd, registry } = await crowded(2 * MB);
    for (let i = 0; i < 200; i++) {
      await crowd.announce(`invented-${i}`, [many(`s${i}`, 20)], { metadata: { text: 'x'.repeat(500) } });
      expect(registry.stats().announcedSize).toBeLessThanOrEqual(2 * MB);
    }
    const before = c.seenBy('me').length;
    await crowd.arrive('real', [many('real', 20)]);
    expect(await c.answers('real.a7')).toEqual(['real']);
    expect(c.seenBy('me').length).toBeLessThan(before + 1);
  });

  it('is free again when those go who took it', async () => {
    const { crowd, registry } = await crowded(8 * MB);
    const empty = registry.stats().announcedSize;
    const nodes = Array.from({ length: 20 }, (_, i) => `n${i}`);
    for (let seq = 1; seq <= 3; seq++) {
      for (const id of nodes) await crowd.announce(id, [many(`s-${id}`, seq * 10)], { seq });
    }
    expect(registry.stats().announcedSize).toBeGreaterThan(empty);
    await crowd.leave(...nodes);
    await crowd.forgotten();
    const { announcedSize, actionLists, emptyLists } = registry.stats();
    expect(actionLists).toBe(emptyLists);
    // Names that were once known are remembered, to say "not available" instead of "not found"; they take no room.
    expect(announcedSize).toBe(empty);
  });

  it.each([
    ['events in many groups', 2500, 26_843, (i: number) => ({ name: '**', group: `g${i}` })],
    ['patterns that cost time', 500, 5_000, (i: number) => ({ name: `**a${i}**b**c` })],
  ])('bounds %s, so that an emit stays quick', async (_what, each, most, event) => {
    const { crowd, registry } = await crowded(256 * MB);
    for (let n = 0; n < 12; n++) {
      const events = Array.from({ length: each }, (_, i) => event(n * each + i));
      await crowd.announce(`n${n}`, [{ name: `s${n}`, events }]);
    }
    const { eventLists, announcedSize } = registry.stats();
    expect(eventLists).toBeGreaterThan(4 * each);
    expect(eventLists).toBeLessThanOrEqual(most);
    expect(announcedSize).toBeLessThanOrEqual(256 * MB);
    expect(logs.texts('warn').at(-1)).toContain('registry.maxAnnouncedSize');
  });

  it('leaves out what a node tells of itself beside its services', async () => {
    const { c, crowd, registry } = await crowded(8 * MB);
    await crowd.announce('a', [service('s', { get: {} })], { metadata: { text: 'x'.repeat(MB) } });
    await crowd.announce('b', [], { ipList: Array(100_000).fill('10.0.0.1') });
    expect(registry.node('a')).toMatchObject({ metadata: {}, available: true });
    expect(registry.node('b')?.ipList).toEqual([]);
    expect(await c.answers('s.get')).toEqual(['a']);
    expect(logs.texts('warn')).toHaveLength(2);
    expect(logs.texts('warn')[0]).toContain('registry.maxAnnouncedSize');
  });

  it('is no matter of our own services', async () => {
    const actions = Array.from({ length: 5000 }, (_, i) => [`a${i}`, { text, handler: () => i }]);
    const mine = { name: 'mine', actions: Object.fromEntries(actions) };
    const c = await start([
      limited({ maxAnnouncedSize: MB }),
      node('other', { registry: { maxAnnouncedSize: MB } }),
    ]);
    logs.lines.splice(0);
    await c.create('me', mine);
    await c.cluster.advance(200);
    expect(await c.broker('me').call('mine.a4999')).toBe(4999);
    // To another it would be too much.
    expect(logs.texts('warn')).toEqual([
      expect.stringMatching(/^The services of node 'me' are left out.*registry\.maxAnnouncedSize/),
    ]);
  });
});
