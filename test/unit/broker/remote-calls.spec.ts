import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { announced, eachCluster, testIds } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

/** Our node beside a peer that offers `far.get`. */
async function beside(options = {}, actions: Record<string, object> = { get: {} }) {
  const c = cluster();
  const peer = c.peer('peer').behave();
  peer.services = [announced('far', actions)];
  const me = await c.started({ nodeID: 'me', ...options });
  peer.forget();
  return { c, peer, ...me };
}

describe('a call to another node', () => {
  it('is one packet with what the protocol asks for', async () => {
    const { c, peer, broker } = await beside();
    await c.until(
      broker.call(
        'far.get',
        { a: 1 },
        { meta: { m: 1 }, headers: { h: 1 }, timeout: 750, requestID: 'r', caller: 'x' },
      ),
    );
    expect(peer.got('REQ')).toEqual([
      {
        id: expect.any(String) as string,
        action: 'far.get',
        params: { a: 1 },
        meta: { m: 1 },
        headers: { h: 1 },
        timeout: 750,
        level: 1,
        tracing: null,
        parentID: null,
        requestID: 'r',
        caller: 'x',
        stream: false,
        ver: '5',
        sender: 'me',
      },
    ]);
  });

  it('that was never given a requestID has its own ID there; without params it sends {}', async () => {
    const { c, peer, broker } = await beside();
    await c.until(broker.call('far.get'));
    const [request] = peer.got('REQ');
    expect(request?.['requestID']).toBe(request?.['id']);
    expect(request).toMatchObject({ params: {}, timeout: 30_000 });
  });

  it('takes the timeout its owner announced, unless the caller says otherwise', async () => {
    const { c, peer, broker } = await beside({}, { get: { timeout: 1234 } });
    await c.until(broker.call('far.get'));
    await c.until(broker.call('far.get', {}, { timeout: 5 }));
    await c.until(broker.call('far.get', {}, { timeout: 0 }));
    expect(peer.got('REQ').map((p) => p['timeout'])).toEqual([1234, 5, 0]);
  });

  it('brings meta back to the parent, from failures as well, and no prototype with it', async () => {
    const { c, peer, broker } = await beside();
    let n = 0;
    peer.onPacket = ({ type, packet }) => {
      if (type !== 'REQ') return;
      const success = ++n === 1;
      const meta = `{"n${n}":true,"__proto__":{"admin":true}}`;
      const error = '{"name":"MoleculerClientError","message":"no","code":404,"type":"T","data":{"d":1}}';
      peer.raw(
        'MOL.RES.me',
        `{"id":"${packet['id'] as string}","success":${success},"data":1,"meta":${meta},"error":${error},"ver":"5","sender":"peer"}`,
      );
    };
    let meta: Dictionary = {};
    await broker.createService({
      name: 'near',
      actions: {
        get: async (ctx) => {
          await ctx.call('far.get');
          const error = await ctx.call('far.get').catch((e: unknown) => e);
          ({ meta } = ctx);
          throw error;
        },
      },
    });
    await expect(c.until(broker.call('near.get'))).rejects.toMatchObject({
      name: 'MoleculerClientError',
      code: 404,
      data: { d: 1 },
      nodeID: 'peer',
    });
    expect(meta).toEqual({ n1: true, n2: true });
    expect((meta as { admin?: boolean }).admin).toBeUndefined();
    expect(logs.texts('error')).toEqual([]);
  });

  it('believes its callee alone, and only once', async () => {
    const { c, peer, broker } = await beside();
    const liar = c.peer('liar');
    peer.onPacket = () => undefined;
    const outcome = broker.call('far.get');
    await c.settle();
    const id = peer.got('REQ')[0]?.['id'];
    liar.send('RES', 'me', { id, success: true, data: 'lie', meta: {} });
    peer.send('RES', 'me', { id: 'unknown', success: true, data: 'orphan', meta: {} });
    await c.settle();
    peer.send('RES', 'me', { id, success: true, data: 'truth', meta: {} });
    peer.send('RES', 'me', {
      id,
      success: false,
      data: null,
      meta: {},
      error: { name: 'Error', message: 'second' },
    });
    await expect(c.until(outcome)).resolves.toBe('truth');
  });

  it('fails after its timeout, not before, at most 50 ms later, naming the callee; a late answer does no harm', async () => {
    const { c, peer, broker } = await beside();
    peer.onPacket = () => undefined;
    const before = c.scheduler.now();
    await expect(c.until(broker.call('far.get', {}, { timeout: 777 }), 1)).rejects.toMatchObject({
      name: 'RequestTimeoutError',
      data: { action: 'far.get', nodeID: 'peer' },
    });
    expect(c.scheduler.now() - before).toBeGreaterThanOrEqual(777);
    expect(c.scheduler.now() - before).toBeLessThanOrEqual(828);
    peer.send('RES', 'me', { id: peer.got('REQ')[0]?.['id'], success: true, data: 1, meta: {} });
    await c.settle();
    expect(broker.parts.requester.pending.size).toBe(0);
    await c.advance(100);
    expect(broker.parts.deadlines.size).toBe(0);
  });

  it('whose timeout its callee noticed first names the callee too, not us; errors from further away stay as they are', async () => {
    const { c, peer, broker } = await beside();
    const late = (data: object) => {
      peer.behave(() => ({
        success: false,
        data: null,
        meta: {},
        error: { name: 'RequestTimeoutError', message: 'theirs', code: 504, nodeID: 'peer', data },
      }));
      return c.until(
        broker.call('far.get').then(
          () => ({ data: 'none' as unknown }),
          (error: { data: unknown }) => error,
        ),
      );
    };
    // The context of a request names its sender, so that is whom the callee's own clock blames.
    expect((await late({ action: 'far.get', nodeID: 'me' })).data).toEqual({
      action: 'far.get',
      nodeID: 'peer',
    });
    for (const data of [
      { action: 'further.on', nodeID: 'me' },
      { action: 'far.get', nodeID: 'third' },
    ]) {
      expect((await late(data)).data).toEqual(data);
    }
  });

  it('is settled whatever the answer looks like', async () => {
    const { c, peer, broker } = await beside();
    const answers = [
      {},
      { success: 'x' },
      { success: false },
      { success: false, error: 5 },
      { success: false, error: { data: null } },
    ];
    for (const answer of answers) {
      peer.behave(() => answer);
      const error = await c.until(broker.call('far.get', {}, { timeout: 0 }).catch((e: unknown) => e));
      expect(error).toBeInstanceOf(Error);
    }
    peer.behave(() => ({ success: true }));
    await expect(c.until(broker.call('far.get'))).resolves.toBeUndefined();
    peer.behave(() => ({ success: true, stream: true, seq: 0 }));
    await expect(c.until(broker.call('far.get'))).rejects.toMatchObject({ code: 501 });
  });

  it('ends with its signal, before it is sent and after', async () => {
    const { c, peer, broker } = await beside();
    peer.onPacket = () => undefined;
    await expect(broker.call('far.get', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 499,
    });
    await c.settle();
    expect(peer.got('REQ')).toEqual([]);
    const abort = new AbortController();
    const outcome = broker.call('far.get', {}, { signal: abort.signal });
    abort.abort();
    await expect(outcome).rejects.toMatchObject({
      name: 'RequestAbortedError',
      data: { action: 'far.get', nodeID: 'peer' },
    });
    expect(broker.parts.requester.pending.size).toBe(0);
  });

  it('shares one listener with all calls of its signal, and each is rejected when it aborts', async () => {
    const { peer, broker } = await beside();
    peer.onPacket = () => undefined;
    const abort = new AbortController();
    const calls = Array.from({ length: 12 }, () => broker.call('far.get', {}, { signal: abort.signal }));
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    abort.abort('enough');
    for (const { reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ name: 'RequestAbortedError', cause: 'enough' });
    }
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('leaves no listener on its signal', async () => {
    const { c, broker } = await beside();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    for (let i = 0; i < 20; i++) await c.until(broker.call('far.get', {}, { signal }));
    expect(added).toHaveBeenCalledTimes(20);
    expect(removed).toHaveBeenCalledTimes(20);
  });

  it('is refused when too many wait, when its params have no JSON, and when its ID is in use', async () => {
    const { peer, broker, c } = await beside({ transit: { maxQueueSize: 2 } });
    const twin = await c.started({ nodeID: 'twin', uidGenerator: () => 'same' });
    peer.onPacket = () => undefined;
    const circle: Dictionary = {};
    circle['self'] = circle;
    for (const params of [circle, { big: 1n }]) {
      await expect(broker.call('far.get', params)).rejects.toMatchObject({ type: 'INVALID_PACKET_DATA' });
    }
    const waiting = [broker.call('far.get'), broker.call('far.get')];
    for (const call of waiting) call.catch(() => undefined);
    await expect(broker.call('far.get')).rejects.toMatchObject({ name: 'QueueIsFullError', code: 429 });
    twin.broker.call('far.get').catch(() => undefined);
    await expect(twin.broker.call('far.get')).rejects.toMatchObject({ type: 'DUPLICATE_ID' });
  });

  it.each([
    ['its node leaves', 'peer'],
    ['its own stops', 'me'],
  ])('is rejected when %s, in the order in which the calls were made', async (_, lost) => {
    const { c, peer, broker, node } = await beside();
    peer.onPacket = () => undefined;
    const order: number[] = [];
    const made = Array.from({ length: 200 }, (_, i) => i);
    const calls = made.map((i) => broker.call('far.get', { i }).catch(() => order.push(i)));
    if (lost === 'peer') peer.send('DISCONNECT', undefined, {});
    else await c.until(node.stop());
    await c.until(Promise.all(calls));
    expect(order).toEqual(made);
  });

  it('rejects with what the source of IDs threw', async () => {
    const { c } = await beside();
    const ours = testIds('ids');
    let spent = false;
    const ids = () => {
      if (spent) throw new Error('no more IDs');
      return ours();
    };
    const { broker } = await c.started({ nodeID: 'other' }, { ids });
    spent = true;
    await expect(broker.call('far.get')).rejects.toThrow(/^no more IDs$/);
    spent = false;
    await expect(c.until(broker.call('far.get'))).resolves.toBe('peer');
  });

  it('rejects, and does not throw, where the strategy fails', async () => {
    class Failing extends LoadBalanceStrategy {
      select(): never {
        throw new Error('cannot choose');
      }
    }
    const { c, broker } = await beside({ registry: { preferLocal: false } });
    await broker.createService({ name: 'far', actions: { get: { strategy: Failing, handler: () => 1 } } });
    await c.settle();
    await expect(broker.call('far.get')).rejects.toThrow('cannot choose');
  });
});
