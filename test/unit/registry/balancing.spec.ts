import { describe, expect, it } from 'vitest';
import type { ServiceSchema } from '../../../lib/index.js';
import { BEATS, type Life, lives, node, serves } from '../life.fixture.js';

const start = lives();

const silent = (c: Life, nodeID: string) => c.cluster.crash(nodeID).then(() => c.cluster.advance(9000));

describe('calls', () => {
  it('reach the nodes in turn, and those alone that offer the action', async () => {
    const c = await start([
      node('me', BEATS),
      node('a', BEATS, serves('sums', ['add'])),
      node('b', BEATS, serves('sums', ['add', 'sub'])),
      node('c', BEATS, serves('sums', ['add'])),
    ]);
    const turn = await c.answers('sums.add', 6);
    expect([...turn.slice(0, 3)].sort()).toEqual(['a', 'b', 'c']);
    expect(turn.slice(3)).toEqual(turn.slice(0, 3));
    expect(await c.answers('sums.sub', 2)).toEqual(['b', 'b']);
    await silent(c, 'b');
    expect((await c.answers('sums.add', 4)).sort()).toEqual(['a', 'a', 'c', 'c']);
    await c.cluster.restart('b');
    expect((await c.answers('sums.add', 6)).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    expect(await c.answers('sums.sub', 2)).toEqual(['b', 'b']);
  });

  it.each([true, false])('prefer our own action: %s, as told', async (preferLocal) => {
    const c = await start([
      node('me', { ...BEATS, registry: { preferLocal } }, serves('sums', ['add'])),
      node('a', BEATS, serves('sums', ['add'])),
    ]);
    const taken = await c.answers('sums.add', 4);
    expect(taken.sort()).toEqual(preferLocal ? ['me', 'me', 'me', 'me'] : ['a', 'a', 'me', 'me']);
    await c.cluster.run(c.broker('me').destroyService('sums'));
    expect(await c.answers('sums.add', 2)).toEqual(['a', 'a']);
  });

  it('tell what is unknown from what is gone', async () => {
    const c = await start([node('me', BEATS), node('a', BEATS, serves('sums', ['add']))]);
    await silent(c, 'a');
    const broker = c.broker('me');
    await expect(broker.call('sums.add')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
    await expect(broker.call('sums.never')).rejects.toMatchObject({ name: 'ServiceNotFoundError' });
    await expect(broker.call('sums.add', {}, { nodeID: 'a' })).rejects.toMatchObject({
      name: 'ServiceNotFoundError',
    });
  });

  it('of one version of a service reach the nodes of that version', async () => {
    const of = (version: number) => serves('users', ['get'], { version });
    const c = await start([
      node('me', BEATS),
      node('a', BEATS, of(1)),
      node('b', BEATS, of(2)),
      node('both', BEATS, of(1), of(2)),
    ]);
    expect((await c.answers('v1.users.get', 4)).sort()).toEqual(['a', 'a', 'both', 'both']);
    expect((await c.answers('v2.users.get', 4)).sort()).toEqual(['b', 'b', 'both', 'both']);
    await expect(c.broker('me').call('users.get')).rejects.toMatchObject({ name: 'ServiceNotFoundError' });
    await silent(c, 'both');
    expect(await c.answers('v1.users.get', 2)).toEqual(['a', 'a']);
  });
});

describe('events', () => {
  const heard: string[] = [];
  /** Notes who heard it: group and node. */
  const listens = (name: string, pattern: string, more: object = {}, group?: string): ServiceSchema => ({
    ...{ name, ...more },
    events: {
      [pattern]: {
        ...(group !== undefined && { group }),
        handler: (ctx) => void heard.push(`${group ?? name}>${ctx.broker.nodeID}`),
      },
    },
  });
  const emits = async (c: Life, event: string, times: number): Promise<string[]> => {
    heard.splice(0);
    for (let i = 0; i < times; i++) await c.broker('me').emit(event);
    await c.cluster.advance(0);
    return [...heard].sort();
  };

  it('reach one node of each group, in turn', async () => {
    const c = await start([
      node('me', BEATS),
      node('a', BEATS, listens('mail', 'user.*')),
      node('b', BEATS, listens('mail', 'user.*')),
      node('c', BEATS, listens('audit', 'user.**', {}, 'logs')),
    ]);
    expect(await emits(c, 'user.created', 2)).toEqual(['logs>c', 'logs>c', 'mail>a', 'mail>b']);
    expect(await emits(c, 'user.created.twice', 1)).toEqual(['logs>c']);
    expect(await emits(c, 'order.created', 1)).toEqual([]);
  });

  it('prefer our own listeners, unless told otherwise', async () => {
    for (const preferLocal of [true, false]) {
      const c = await start([
        node('me', { ...BEATS, registry: { preferLocal } }, listens('mail', 'ping')),
        node('a', BEATS, listens('mail', 'ping')),
      ]);
      const taken = await emits(c, 'ping', 2);
      expect(taken).toEqual(preferLocal ? ['mail>me', 'mail>me'] : ['mail>a', 'mail>me']);
      await c.cluster.run(c.broker('me').destroyService('mail'));
      expect(await emits(c, 'ping', 2)).toEqual(['mail>a', 'mail>a']);
    }
  });

  it('follow nodes and services that come and go', async () => {
    const c = await start([
      node('me', { ...BEATS, internalServices: false }),
      node('a', BEATS, listens('mail', 'ping')),
      node('b', BEATS, listens('mail', 'ping')),
      node('c', BEATS, listens('audit', 'p*')),
    ]);
    expect(await emits(c, 'ping', 2)).toEqual(['audit>c', 'audit>c', 'mail>a', 'mail>b']);
    await c.cluster.run(c.broker('c').destroyService('audit'));
    await silent(c, 'a');
    expect(await emits(c, 'ping', 2)).toEqual(['mail>b', 'mail>b']);
    await c.leave('b');
    expect(await emits(c, 'ping', 1)).toEqual([]);
    expect(c.registry('me').stats()).toMatchObject({ eventLists: 0, eventGroups: 0 });
    await c.cluster.restart('a');
    expect(await emits(c, 'ping', 1)).toEqual(['mail>a']);
  });

  it('go on in turn when nodes change, and when another pattern joins the group', async () => {
    const c = await start([
      node('me', BEATS),
      ...['a', 'b', 'c', 'd'].map((id) => node(id, BEATS, listens('mail', 'ping'))),
      node('e', BEATS, listens('mail', '*')),
    ]);
    await c.leave('d');
    await c.leave('e');
    const first = await emits(c, 'ping', 1);
    await c.cluster.restart('d');
    const second = await emits(c, 'ping', 1);
    await c.cluster.restart('e');
    const others = await emits(c, 'ping', 3);
    expect([...first, ...second, ...others].sort()).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((id) => `mail>${id}`),
    );
  });

  it('of two versions of a service go to one of them', async () => {
    const of = (version: number) => listens('users', 'ping', { version });
    const c = await start([node('me', BEATS), node('a', BEATS, of(1)), node('b', BEATS, of(2))]);
    expect(await emits(c, 'ping', 2)).toEqual(['users>a', 'users>b']);
  });

  it('to all reach each node once, whichever groups are there', async () => {
    const c = await start([
      node('me', BEATS),
      node('a', BEATS, listens('mail', 'ping'), listens('audit', 'p*')),
      node('b', BEATS, listens('mail', 'ping')),
    ]);
    heard.splice(0);
    await c.broker('me').broadcast('ping');
    await c.cluster.advance(0);
    expect([...heard].sort()).toEqual(['audit>a', 'mail>a', 'mail>b']);
  });
});
