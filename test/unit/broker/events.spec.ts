import { describe, expect, it, vi } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { listener } from './events.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

describe('an event in one node', () => {
  it('goes to one listener of each group when emitted, to all when broadcast', async () => {
    const { broker } = await cluster().started({ transporter: null });
    const heard: unknown[] = [];
    await broker.createService(listener('a', 'tick', heard, { group: 'one' }));
    await broker.createService(listener('b', 'tick', heard, { group: 'one' }));
    await broker.createService(listener('c', 'tick', heard));
    await broker.emit('tick', 1);
    expect(heard).toHaveLength(2);
    await broker.emit('tick', 2);
    expect(heard.map((entry) => (entry as string[])[0]).sort()).toEqual(['a', 'b', 'c', 'c']);
    heard.splice(0);
    await broker.broadcast('tick', 3);
    await broker.broadcastLocal('tick', 4);
    expect(heard).toHaveLength(6);
  });

  it('goes to the groups that were asked for; none and an empty list are all', async () => {
    const { broker } = await cluster().started({ transporter: null });
    const heard: unknown[] = [];
    for (const name of ['a', 'b', 'c']) await broker.createService(listener(name, 'tick', heard));
    const counts: number[] = [];
    for (const groups of ['a', ['a', 'c'], [], undefined, 'nobody']) {
      heard.splice(0);
      await broker.emit('tick', 1, groups === undefined ? {} : { groups });
      counts.push(heard.length);
    }
    expect(counts).toEqual([1, 2, 3, 3, 0]);
    await expect(broker.emit('tick', 1, { groups: 5 as never })).rejects.toMatchObject({
      type: 'INVALID_GROUPS',
    });
  });

  it.each(['', undefined, 5])('whose name is %j is refused', async (name) => {
    const { broker } = await cluster().started({ transporter: null });
    await expect(broker.emit(name as string)).rejects.toMatchObject({ type: 'INVALID_NAME' });
  });

  it('tells its listeners what it is and where it came from; each has a copy of meta', async () => {
    const { broker } = await cluster().started({ nodeID: 'me', transporter: null });
    const seen: object[] = [];
    const handler = (ctx: Context) => {
      const { eventName, eventType, eventGroups, nodeID, level, caller, requestID, params } = ctx;
      seen.push({
        eventName,
        eventType,
        eventGroups,
        nodeID,
        level,
        caller,
        requestID,
        params,
        meta: { ...ctx.meta },
        headers: { ...ctx.headers },
      });
      ctx.meta['mine'] = true;
    };
    await broker.createService({ name: 'a', events: { 'user.*': handler } });
    await broker.createService({ name: 'b', events: { 'user.**': handler } });
    await broker.createService({
      name: 'sender',
      actions: {
        go: (ctx) =>
          ctx.emit('user.created', { id: 1 }, { meta: { m: 1 }, headers: { h: 1 }, groups: ['a', 'b'] }),
      },
    });
    await broker.call('sender.go', {}, { requestID: 'r', meta: { up: 1 } });
    const expected = {
      eventName: 'user.created',
      eventType: 'emit',
      eventGroups: ['a', 'b'],
      nodeID: 'me',
      level: 2,
      caller: 'sender',
      requestID: 'r',
      params: { id: 1 },
      meta: { up: 1, m: 1 },
      headers: { h: 1 },
    };
    expect(seen).toEqual([expected, expected]);
  });

  it('without a payload has null, here as elsewhere', async () => {
    const { broker } = await cluster().started({ transporter: null });
    const heard: unknown[] = [];
    await broker.createService(listener('a', 'tick', heard));
    await broker.emit('tick');
    expect(heard).toEqual([['a', 'tick', null]]);
  });

  it.each(['emit', 'broadcast'] as const)(
    'a listener that fails at once or later keeps no other from hearing a %s',
    async (kind) => {
      const c = cluster();
      const peer = c.peer('peer').behave();
      peer.services = [announced('far', {}, { tick: {} })];
      const { broker } = await c.started();
      const heard: unknown[] = [];
      const at = (name: string, handler: () => unknown) =>
        broker.createService({ name, events: { tick: handler } });
      await at('throws', () => {
        throw new Error('at once');
      });
      await at('throws-too', () => {
        throw new Error('at once, too');
      });
      await at('rejects', () => Promise.reject(new Error('later')));
      await at('foreign', () => ({ then: (_: unknown, no: (e: Error) => void) => no(new Error('foreign')) }));
      await broker.createService(listener('good', 'tick', heard));
      await broker[kind]('tick', 1);
      await c.settle();
      expect(heard).toEqual([['good', 'tick', 1]]);
      expect(peer.got('EVENT')).toHaveLength(1);
      expect(logs.texts('error')).toHaveLength(4);
      await expect(broker[kind]('tick', 2, { throwError: true })).rejects.toThrow('at once');
    },
  );

  it('is awaited as far as it is handled here, without a timer', async () => {
    const c = cluster();
    const { broker } = await c.started({ transporter: null });
    let finish!: () => void;
    await broker.createService({
      name: 's',
      events: { slow: () => new Promise<void>((resolve) => (finish = resolve)), quick: () => 1 },
    });
    await broker.emit('quick');
    const done = vi.fn();
    void broker.emit('slow').then(done);
    await c.settle();
    expect(done).not.toHaveBeenCalled();
    expect(c.scheduler.pending).toBe(0);
    finish();
    await c.settle();
    expect(done).toHaveBeenCalled();
  });
});
