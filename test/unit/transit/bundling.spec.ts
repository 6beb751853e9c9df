import { describe, expect, it } from 'vitest';
import { MoleculerClientError } from '../../../lib/errors/moleculer.error.js';
import { BUNDLE } from '../../../lib/protocol/bundle.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { announced, eachCluster, type RawPeer, type VirtualCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { overhear, pair, start } from './bundling.fixture.js';

recordLogs();
const cluster = eachCluster();

describe('between nodes of this library', () => {
  it('the calls of one turn go as one message, and their answers as one', async () => {
    const { c, caller, toCallee, toCaller } = await pair(cluster());
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
    const { c, caller, toCallee } = await pair(cluster());
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
    const { c, caller } = await pair(cluster());
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

  it('what has no JSON is an error of its own, and what goes in the same turn arrives', async () => {
    const { c, caller, callee, served } = await pair(cluster());
    const nothing = { toJSON: () => undefined };
    await callee.broker.createService({
      name: 'odd',
      actions: {
        meta: (ctx) => void (ctx.meta = (() => 1) as never),
        headers: (ctx) => void (ctx.responseHeaders = nothing),
        left: (ctx) => void (ctx.meta = undefined as never),
      },
    });
    await c.advance(200);
    const { broker } = caller;
    const wrong = {
      type: 'INVALID_PACKET_DATA',
      message: expect.stringContaining('there is no JSON of this'),
    };
    const wrongs = [
      broker.call('far.echo', {}, { meta: nothing }),
      broker.call('far.echo', {}, { headers: nothing }),
      broker.broadcast('happened', 1, { meta: nothing, throwError: true }),
      broker.call('odd.meta'),
      broker.call('odd.headers'),
    ].map((call) => expect(call).rejects.toMatchObject(wrong));
    const left = broker.call('odd.left');
    const right = broker.call('far.echo', 'right');
    const event = broker.broadcast('happened', 'right');
    await c.until(Promise.all(wrongs));
    expect(await c.until(Promise.all([left, right, event]))).toEqual([undefined, 'right', undefined]);
    expect(served).toEqual(['call "right"', 'event "right" null']);
  });

  it('results that are undefined and errors arrive as they should', async () => {
    const { c, caller } = await pair(cluster());
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
    const { c, caller, served, toCallee } = await pair(cluster());
    void caller.broker.emit('happened', 1);
    const call = caller.broker.call('far.echo', 2);
    void caller.broker.broadcast('happened', 3);
    await c.until(call);
    expect(served).toEqual(['event 1 ["far"]', 'call 2', 'event 3 null']);
    expect(toCallee).toHaveLength(1);
  });

  it('what goes alone does not overtake what was gathered before it', async () => {
    const { c, caller, toCallee } = await pair(cluster());
    const call = caller.broker.call('far.echo', 1);
    const ping = caller.broker.ping('callee');
    const later = caller.broker.call('far.echo', 2);
    await c.until(Promise.all([call, ping, later]));
    expect(toCallee.map(({ type }) => type)).toEqual(['EVENT', 'PING', 'EVENT']);
  });

  it('a bundle is closed before it grows long; a large packet is one of its own', async () => {
    const { c, caller, toCallee } = await pair(cluster());
    const text = 'x'.repeat(10_000);
    const large = 'y'.repeat(100_000);
    await c.until(
      Promise.all([text, text, text, text, large, text].map((one) => caller.broker.call('far.echo', one))),
    );
    expect(toCallee.map(({ packet }) => (packet['data'] as unknown[]).length)).toEqual([3, 1, 1, 1]);
  });

  it('calls of a turn in which the connection is lost fail at once', async () => {
    const { c, caller } = await pair(cluster());
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
    const { c, caller, callee } = await pair(cluster());
    await c.until(callee.node.stop());
    const successor = c.peer('callee').behave();
    successor.services = [announced('far', { echo: {} })];
    successor.info();
    await c.settle();
    expect(await c.until(caller.broker.call('far.echo'))).toBe('callee');
    expect(successor.got('EVENT')).toEqual([]);
  });
});

it('what fits alone and not with what stands around a bundle is refused, not lost', async () => {
  const limit = 128 * 1024;
  const { c, caller } = await pair(cluster(), { transit: { maxPacketSize: limit } });
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
