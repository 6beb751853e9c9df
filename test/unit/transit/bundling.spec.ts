import { describe, expect, it, vi } from 'vitest';
import { MoleculerClientError } from '../../../lib/errors/moleculer.error.js';
import { BUNDLE, MAX_ENTRIES } from '../../../lib/protocol/bundle.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { Bundler } from '../../../lib/transit/bundler.js';
import { MemoryTransporter } from '../../../lib/transporters/memory/memory.transporter.js';
import { announced, eachCluster, type RawPeer, type VirtualCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

/** As Redis: a message is dear, so packets for one node are better sent as one. */
class DearTransporter extends MemoryTransporter {
  override readonly favoursBundles: boolean = true;
}

const start = (c: VirtualCluster, nodeID: string, options: Dictionary = {}) =>
  c.started({ nodeID, transporter: new DearTransporter({ hub: c.hubName }), ...options });

/** What the hub carried to a node of ours: the bundles' entries, and how many messages. */
function overhear(c: VirtualCluster, nodeID: string) {
  const topics = ['EVENT', 'REQ', 'RES', 'PING'].map((type) => `MOL.${type}.${nodeID}`);
  const messages: { type: string; packet: Dictionary }[] = [];
  const ear = {};
  c.hub.join(ear, {
    message: (topic, data) =>
      messages.push({
        type: topic.split('.')[1] as string,
        packet: JSON.parse(data.toString()) as Dictionary,
      }),
    up: () => undefined,
    down: () => undefined,
  });
  c.hub.subscribe(ear, topics);
  return messages;
}

async function pair(options: Dictionary = {}) {
  const c = cluster();
  const served: string[] = [];
  const callee = await start(c, 'callee', options);
  await callee.broker.createService({
    name: 'far',
    actions: {
      echo: (ctx) => {
        served.push(`call ${JSON.stringify(ctx.params)}`);
        return ctx.params;
      },
      context: (ctx) => {
        ctx.meta['back'] = true;
        const { id, level, parentID, requestID, caller, tracing, meta, headers, nodeID } = ctx;
        return { id, level, parentID, requestID, caller, tracing, meta, headers, nodeID };
      },
      nothing: () => undefined,
      fail: () => {
        throw new MoleculerClientError('no', 418, 'TEAPOT', { cup: 1 });
      },
      nested: (ctx) => ctx.call('near.context', {}, { headers: { h: 2 } }),
    },
    events: {
      happened: (ctx) =>
        void served.push(`event ${JSON.stringify(ctx.params)} ${JSON.stringify(ctx.eventGroups)}`),
    },
  });
  const caller = await start(c, 'caller', options);
  await caller.broker.createService({
    name: 'near',
    actions: {
      context: (ctx) => ({
        level: ctx.level,
        parentID: ctx.parentID,
        requestID: ctx.requestID,
        caller: ctx.caller,
        meta: ctx.meta,
        headers: ctx.headers,
      }),
    },
  });
  await c.advance(100);
  return { c, callee, caller, served, toCallee: overhear(c, 'callee'), toCaller: overhear(c, 'caller') };
}

describe('between nodes of this library', () => {
  it('the calls of one turn go as one message, and their answers as one', async () => {
    const { c, caller, toCallee, toCaller } = await pair();
    const calls = Array.from({ length: 20 }, (_, i) => caller.broker.call('far.echo', { i }));
    const results = await c.until(Promise.all(calls));
    expect(results).toEqual(Array.from({ length: 20 }, (_, i) => ({ i })));
    expect(toCallee).toHaveLength(1);
    expect(toCallee[0]).toMatchObject({
      type: 'EVENT',
      packet: { event: BUNDLE, ver: '5', sender: 'caller' },
    });
    expect(toCallee[0]?.packet['data']).toHaveLength(20);
    expect(toCaller).toHaveLength(1);
    expect(toCaller[0]?.packet['data']).toHaveLength(20);
  });

  it('a root call says no more than it must, and its context is as of any other', async () => {
    const { c, caller, toCallee } = await pair();
    const root = await c.until(caller.broker.call<Dictionary>('far.context', { a: 1 }));
    expect(toCallee[0]?.packet['data']).toEqual([[1, root['id'], 'far.context', { a: 1 }, 30_000]]);
    expect(root).toEqual({
      id: root['id'],
      level: 1,
      parentID: null,
      requestID: root['id'],
      caller: null,
      tracing: null,
      meta: { back: true },
      headers: {},
      nodeID: 'caller',
    });
  });

  it('meta, headers and the chain of calls go along, and meta comes back', async () => {
    const { c, caller } = await pair();
    const opts = { meta: { m: 1 }, headers: { h: 1 }, requestID: 'r', caller: 'x' };
    expect(await c.until(caller.broker.call('far.context', {}, opts))).toMatchObject({
      meta: { m: 1, back: true },
      headers: { h: 1 },
      requestID: 'r',
      caller: 'x',
    });
    const nested = await c.until(caller.broker.call<Dictionary>('far.nested', {}, { meta: { m: 2 } }));
    expect(nested).toMatchObject({ level: 2, caller: 'far', meta: { m: 2 }, headers: { h: 2 } });
    expect(nested['parentID']).toBe(nested['requestID']);
  });

  it('results that are undefined and errors arrive as they should', async () => {
    const { c, caller } = await pair();
    expect(await c.until(caller.broker.call('far.nothing'))).toBeUndefined();
    const error = await c.until(caller.broker.call('far.fail').catch((reason: unknown) => reason));
    expect(error).toBeInstanceOf(MoleculerClientError);
    expect(error).toMatchObject({
      message: 'no',
      code: 418,
      type: 'TEAPOT',
      data: { cup: 1 },
      nodeID: 'callee',
    });
    await expect(c.until(caller.broker.call('far.none', {}, { nodeID: 'callee' }))).rejects.toThrow(
      /far\.none/,
    );
  });

  it('events go in the bundle too, in the order of sending', async () => {
    const { c, caller, served, toCallee } = await pair();
    void caller.broker.emit('happened', 1);
    const call = caller.broker.call('far.echo', 2);
    void caller.broker.broadcast('happened', 3);
    await c.until(call);
    expect(served).toEqual(['event 1 ["far"]', 'call 2', 'event 3 null']);
    expect(toCallee).toHaveLength(1);
  });

  it('what goes alone does not overtake what was gathered before it', async () => {
    const { c, caller, toCallee } = await pair();
    const call = caller.broker.call('far.echo', 1);
    const ping = caller.broker.ping('callee');
    const later = caller.broker.call('far.echo', 2);
    await c.until(Promise.all([call, ping, later]));
    expect(toCallee.map(({ type }) => type)).toEqual(['EVENT', 'PING', 'EVENT']);
  });

  it('a bundle is closed before it grows long; a large packet is one of its own', async () => {
    const { c, caller, toCallee } = await pair();
    const text = 'x'.repeat(10_000);
    const large = 'y'.repeat(100_000);
    await c.until(
      Promise.all([text, text, text, text, large, text].map((one) => caller.broker.call('far.echo', one))),
    );
    expect(toCallee.map(({ packet }) => (packet['data'] as unknown[]).length)).toEqual([3, 1, 1, 1]);
  });

  it('calls of a turn in which the connection is lost fail at once', async () => {
    const { c, caller } = await pair();
    const call = caller.broker.call('far.echo', 1);
    c.hub.cut(caller.transporter as object);
    await expect(call).rejects.toMatchObject({ name: 'BrokerDisconnectedError' });
    c.hub.restore(caller.transporter as object);
    await c.advance(1000);
    expect(await c.until(caller.broker.call('far.echo', 2))).toBe(2);
    expect(caller.broker.parts.requester.pending.size).toBe(0);
  });

  it('with `bundling: false` on either side each packet goes alone', async () => {
    const c = cluster();
    const callee = await start(c, 'callee', { transit: { bundling: false } });
    await callee.broker.createService({ name: 'far', actions: { echo: (ctx) => ctx.params } });
    const caller = await start(c, 'caller');
    const toCallee = overhear(c, 'callee');
    await c.until(Promise.all([caller.broker.call('far.echo', 1), caller.broker.call('far.echo', 2)]));
    expect(toCallee.map(({ type }) => type)).toEqual(['REQ', 'REQ']);
    expect(callee.registry.node('caller')?.metadata).toEqual({ $capabilities: ['bilingual', 'bundles'] });
    expect(caller.registry.node('callee')?.metadata).toEqual({ $capabilities: ['bilingual'] });
  });
});

describe('towards other nodes', () => {
  async function beside(): Promise<{ c: VirtualCluster; peer: RawPeer } & Awaited<ReturnType<typeof start>>> {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { get: {} }, { happened: {} })];
    const me = await start(c, 'me');
    peer.forget();
    return { c, peer, ...me };
  }

  it('each packet goes alone, as the protocol has it', async () => {
    const { c, peer, broker } = await beside();
    void broker.emit('happened', 1);
    await c.until(Promise.all([broker.call('far.get'), broker.call('far.get')]));
    expect(peer.got('REQ')).toHaveLength(2);
    expect(peer.got('EVENT').map(({ event }) => event)).toEqual(['happened']);
  });

  it('a node that comes back without the capability gets no bundles any more', async () => {
    const { c, caller, callee } = await pair();
    await c.until(callee.node.stop());
    const successor = c.peer('callee').behave();
    successor.services = [announced('far', { echo: {} })];
    successor.info();
    await c.settle();
    expect(await c.until(caller.broker.call('far.echo'))).toBe('callee');
    expect(successor.got('EVENT')).toEqual([]);
  });
});

describe('a bundle from the network', () => {
  async function target() {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const me = await start(c, 'me');
    const served = vi.fn((ctx: { params: unknown }) => ctx.params);
    const heard = vi.fn();
    await me.broker.createService({
      name: 'mine',
      actions: { echo: served as never, secret: { visibility: 'private', handler: served as never } },
      events: { happened: heard as never, '**': heard as never, '$node.connected': heard as never },
    });
    await c.advance(100);
    peer.forget();
    // `**` hears of the broker's own start.
    heard.mockClear();
    const send = async (data: unknown) => {
      peer.send('EVENT', 'me', { event: BUNDLE, data });
      await c.settle();
    };
    return { c, peer, served, heard, send, ...me };
  }

  it('gives each packet to its handler, whatever is wrong with the others', async () => {
    const { peer, served, heard, send } = await target();
    await send([
      null,
      7,
      'x',
      {},
      [],
      [99, 'id'],
      [1],
      [1, 2, 3],
      [1, 'id', 5],
      [2],
      [4, 'nobody', null],
      [5, null, 1],
      [1, 'a', 'mine.echo', { ok: 1 }, -5, 5, 'no map', [], -1, {}, [], 'x'],
      [1, 'b', 'mine.none', null, null],
      [1, 'c', 'mine.secret', null, 10],
      [5, 'd', 'happened', { n: 1 }, [], 0, 'r'],
      [5, 'e', '$node.connected', {}, null, 1, 'r'],
    ]);
    expect(served).toHaveBeenCalledTimes(1);
    expect(served.mock.calls[0]?.[0]).toMatchObject({
      params: { ok: 1 },
      level: 1,
      requestID: 'a',
      meta: {},
    });
    // Once for the name, once for `**`; the forged internal event reaches nobody.
    expect(heard).toHaveBeenCalledTimes(2);
    expect(peer.got('RES').map(({ id, success }) => [id, success])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ]);
    expect(logs.texts('warn').filter((line) => line.includes(BUNDLE))).toHaveLength(1);
  });

  it('settles a call only if it comes from the node that was asked, and pollutes nothing', async () => {
    const { c, peer, broker, send } = await target();
    const other = c.peer('other');
    other.services = [announced('slow', { get: {} })];
    other.info();
    await c.settle();
    const call = broker.call('slow.get');
    await c.settle();
    const [{ id }] = other.got('REQ') as [{ id: string }];
    await send([[2, id, 'forged', JSON.parse('{"__proto__":{"polluted":1}}')]]);
    other.send('EVENT', 'me', { event: BUNDLE, data: [[2, id, 'true', { m: 1 }]] });
    expect(await c.until(call)).toBe('true');
    expect(({} as Dictionary)['polluted']).toBeUndefined();
    expect(peer.got('RES')).toEqual([]);
  });

  it('of more entries than one of ours can have is dropped whole: each could cause an answer', async () => {
    const { peer, served, send } = await target();
    const entries = (length: number) => Array.from({ length }, (_, i) => [1, `q${i}`, 'missing.action']);
    await send([[1, 'first', 'mine.echo'], ...entries(MAX_ENTRIES)]);
    expect(served).not.toHaveBeenCalled();
    expect(peer.got('RES')).toEqual([]);
    expect(logs.texts('warn').filter((line) => line.includes(BUNDLE))).toHaveLength(1);
    await send([[1, 'first', 'mine.echo'], ...entries(MAX_ENTRIES - 1)]);
    expect(served).toHaveBeenCalledTimes(1);
    expect(peer.got('RES')).toHaveLength(MAX_ENTRIES);
    const made: number[] = [];
    const bundler = new Bundler(
      (_nodeID, text) => made.push((JSON.parse(`[${text}]`) as unknown[]).length) > 0,
    );
    for (let i = 0; i < 3 * MAX_ENTRIES; i++) bundler.send('RES', 'peer', '[3,"x"]');
    bundler.flush(undefined);
    expect(Math.max(...made)).toBeLessThanOrEqual(MAX_ENTRIES);
    expect(made.length).toBeLessThanOrEqual(4);
  });

  it('within a bundle is none, nor an event that anybody hears', async () => {
    const { heard, served, send } = await target();
    await send([[5, 'id', BUNDLE, [[1, 'q', 'mine.echo']], null, 1, 'r']]);
    expect([heard, served].every((one) => one.mock.calls.length === 0)).toBe(true);
  });

  it.each([undefined, null, 'text', {}, 5])('that is %s is dropped', async (data) => {
    const { served, heard, send, c, broker } = await target();
    await send(data);
    expect([served, heard].every((one) => one.mock.calls.length === 0)).toBe(true);
    expect(await c.until(broker.call('mine.echo', 1))).toBe(1);
  });
});

it('what fits alone and not with what stands around a bundle is refused, not lost', async () => {
  const limit = 128 * 1024;
  const { c, caller } = await pair({ transit: { maxPacketSize: limit } });
  const ends: string[] = [];
  for (let length = limit - 200; length < limit; length++) {
    const call = caller.broker.call('far.echo', 'x'.repeat(length), { timeout: 1000 });
    ends.push(
      await c.until(
        call.then(
          () => 'answered',
          (error: { type: string }) => error.type,
        ),
      ),
    );
  }
  expect([...new Set(ends)]).toEqual(['answered', 'INVALID_PACKET_DATA']);
});
