import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import { announced, eachCluster } from '../cluster.fixture.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { listener } from './events.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const start = lives(logs);

describe('an event between nodes', () => {
  it('is one packet a node with the groups chosen when emitted; one to every node when broadcast', async () => {
    const nothing = () => undefined;
    const [x, y] = [
      { name: 'x', events: { tick: nothing } },
      { name: 'y', events: { 'ti*': nothing } },
    ];
    const c = await start([node('me'), node('a', {}, x, y), node('b', {}, x)]);
    const broker = c.broker('me');
    c.forget();
    for (let i = 0; i < 2; i++) await broker.emit('tick', { n: i }, { meta: { m: 1 } });
    await c.cluster.advance(0);
    const got = (nodeID: string) => c.got(nodeID, 'EVENT');
    expect([...got('a'), ...got('b')].map(({ groups }) => (groups as string[]).join(' ')).sort()).toEqual([
      'x',
      'x y',
      'y',
    ]);
    expect([...got('a'), ...got('b')].every(({ broadcast }) => broadcast === false)).toBe(true);
    expect(new Set([...got('a'), ...got('b')].map(({ id }) => id)).size).toBe(3);
    c.forget();
    await broker.broadcast('tick', null);
    await broker.broadcast('tick', null, { groups: 'y' });
    await broker.broadcastLocal('tick');
    await c.cluster.advance(0);
    expect(got('a').map(({ groups }) => groups)).toEqual([undefined, ['y']]);
    expect(got('b').map(({ groups, broadcast }) => [groups, broadcast])).toEqual([[undefined, true]]);
  });

  it('is handed to listeners of the groups it names, one each, or to all when broadcast', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    const heard: unknown[] = [];
    await broker.createService(listener('a', 'tick', heard));
    await broker.createService(listener('b', 'tick', heard));
    const twice = {
      name: 'twice',
      events: {
        tick: (ctx: Context) => void heard.push(['t1', ctx.nodeID]),
        't*': (ctx: Context) => void heard.push(['t2', ctx.nodeID]),
      },
    };
    await broker.createService(twice);
    let said = 0;
    const say = (more: object) =>
      peer.send('EVENT', 'me', { id: `e${++said}`, event: 'tick', data: 1, broadcast: false, ...more });
    say({ groups: ['a'] });
    await c.settle();
    expect(heard).toEqual([['a', 'tick', 1]]);
    heard.splice(0);
    // A service with two patterns that match is named twice by Moleculer: each handler runs once.
    say({ groups: ['twice', 'twice'] });
    await c.settle();
    expect(heard).toEqual([
      ['t1', 'peer'],
      ['t2', 'peer'],
    ]);
    heard.splice(0);
    say({ groups: null, broadcast: true });
    await c.settle();
    expect(heard).toHaveLength(4);
  });

  it('that bears the name of an internal one is neither sent nor heard; other $ names are', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', {}, { '$node.*': {}, $mine: {} })];
    const { broker } = await c.started({ nodeID: 'me' });
    const heard: unknown[] = [];
    await broker.createService(listener('near', '$node.fake', heard));
    await broker.createService(listener('other', '$mine', heard));
    await broker.emit('$node.fake');
    await broker.broadcast('$node.fake');
    await broker.emit('$mine', 1, { groups: 'far' });
    peer.send('EVENT', 'me', { event: '$node.fake', data: 'forged' });
    peer.send('EVENT', 'me', { event: '$mine', data: 'real' });
    await c.settle();
    expect(peer.got('EVENT').map((p) => p['event'])).toEqual(['$mine']);
    expect(heard).toEqual([
      ['near', '$node.fake', null],
      ['near', '$node.fake', null],
      ['other', '$mine', 'real'],
    ]);
  });

  it('whose payload has no JSON is told of, once, and breaks nothing', async () => {
    const c = cluster();
    c.peer('peer').behave().services = [announced('far', {}, { tick: {} })];
    const { broker } = await c.started();
    await broker.emit('tick', { big: 1n });
    expect(logs.texts('error')).toHaveLength(1);
    await expect(broker.emit('tick', { big: 1n }, { throwError: true })).rejects.toMatchObject({
      type: 'INVALID_PACKET_DATA',
    });
  });

  it('a strategy that fails costs its group the event, no other', async () => {
    class Failing extends LoadBalanceStrategy {
      select(): never {
        throw new Error('cannot choose');
      }
    }
    const c = cluster();
    c.peer('peer').behave().services = [announced('x', {}, { tick: {} })];
    const { broker } = await c.started({ registry: { preferLocal: false } });
    const heard: unknown[] = [];
    await broker.createService(listener('x', 'tick', heard, { strategy: Failing }));
    await broker.createService(listener('y', 'tick', heard));
    await broker.emit('tick', 1);
    expect(heard).toEqual([['y', 'tick', 1]]);
    expect(logs.texts('error')).toEqual([expect.stringContaining("'x'")]);
    await expect(broker.emit('tick', 1, { throwError: true })).rejects.toThrow('cannot choose');
  });

  it.each(['here', 'elsewhere'])(
    'that comes from %s is checked by the params of its listener',
    async (from) => {
      const c = cluster();
      const peer = c.peer('peer').behave();
      const { broker } = await c.started({ nodeID: 'me' });
      const heard: unknown[] = [];
      const handler = (ctx: { params: unknown }) => void heard.push(ctx.params);
      await broker.createService({
        name: 's',
        events: { tick: { params: { n: { type: 'number', convert: true, default: 5 } }, handler } },
      });
      for (const [i, data] of [{ n: '7' }, { n: 'many' }, {}].entries()) {
        if (from === 'here') await broker.emit('tick', data);
        else peer.send('EVENT', 'me', { id: `e${i}`, event: 'tick', data, broadcast: false });
      }
      await c.settle();
      expect(heard).toEqual([{ n: 7 }, { n: 5 }]);
      const error = expect.stringContaining('Parameters validation error!') as string;
      expect(logs.texts('error')).toEqual([error]);
    },
  );

  it('with a hostile meta changes no prototype', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    let meta: object = {};
    await broker.createService({
      name: 'near',
      events: { tick: (ctx) => void (meta = Object.assign({}, ctx.meta)) },
    });
    peer.raw(
      'MOL.EVENT.me',
      '{"event":"tick","data":1,"meta":{"a":1,"__proto__":{"admin":true}},"ver":"5","sender":"peer"}',
    );
    await c.settle();
    expect(meta).toEqual({ a: 1 });
    expect((meta as { admin?: boolean }).admin).toBeUndefined();
  });
});
