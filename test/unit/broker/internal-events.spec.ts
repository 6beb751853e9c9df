import { describe, expect, it } from 'vitest';
import { foreigner, foreigners, service } from '../foreign.fixture.js';
import { lives, node } from '../life.fixture.js';

const start = lives();

describe('internal events', () => {
  it('cost nothing that grows with what other nodes listen to', async () => {
    const heard: string[] = [];
    const events = { '$node.*': (ctx: { eventName: string | null }) => void heard.push(`${ctx.eventName}`) };
    const c = await start([node('me', {}, { name: 'watch', events })]);
    const patterns = Array.from({ length: 400 }, (_, i) => [`**${i}`, {}] as const);
    const everything = Object.fromEntries([...patterns, ['**', { group: 'all' }], ['$node.*', {}]]);
    foreigner(c, 'hostile').info([service('s', {}, everything)]);
    await c.cluster.advance(0);
    await foreigners(c, ['a', 'b'], [service('t', {}, { x: {} })]);
    expect(heard).toEqual(['$node.connected', '$node.connected', '$node.connected']);
    expect(c.registry('me').stats()).toMatchObject({ eventTargets: 0, eventGroups: 0, eventEndpoints: 0 });
    expect(c.registry('me').stats().eventLists).toBeGreaterThan(400);
    expect(c.got('hostile', 'EVENT')).toEqual([]);
  });

  it('that somebody emits reach one listener of each pattern and group here, a broadcast all, named groups alone', async () => {
    const heard: string[] = [];
    const listens = (name: string, group: string) => ({
      name,
      events: { '$node.own': { group, handler: () => void heard.push(name) } },
    });
    const c = await start([
      node('me', {}, listens('one', 'g'), listens('two', 'g'), listens('three', 'h')),
      node('other', {}, listens('far', 'g')),
    ]);
    const broker = c.broker('me');
    const hears = async (send: () => Promise<unknown>) => {
      heard.splice(0);
      await send();
      await c.cluster.advance(0);
      return [...heard];
    };
    expect(await hears(() => broker.emit('$node.own'))).toEqual(['one', 'three']);
    expect(await hears(() => broker.emit('$node.own'))).toEqual(['two', 'three']);
    expect(await hears(() => broker.broadcast('$node.own'))).toEqual(['one', 'two', 'three']);
    expect(await hears(() => broker.broadcastLocal('$node.own', {}, { groups: ['g'] }))).toEqual([
      'one',
      'two',
    ]);
    expect(await hears(() => broker.broadcastLocal('$node.nobody'))).toEqual([]);
    expect(c.got('other', 'EVENT')).toEqual([]);
  });
});
