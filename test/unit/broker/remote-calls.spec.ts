import { describe, expect, it } from 'vitest';
import { LoadBalanceStrategy } from '../../../lib/strategies/load-balance.strategy.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { announced, eachCluster } from '../cluster.fixture.js';
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

describe('a request of another node', () => {
  it('is served with what it says: IDs, level, meta, headers, time, sender', async () => {
    const { c, peer, broker } = await beside();
    let seen: Dictionary = {};
    await broker.createService({
      name: 'near',
      actions: {
        get: {
          timeout: 5,
          handler: (ctx) => {
            const {
              id,
              requestID,
              parentID,
              caller,
              level,
              meta,
              headers,
              nodeID,
              tracing,
              timeLeft,
              params,
            } = ctx;
            seen = {
              id,
              requestID,
              parentID,
              caller,
              level,
              meta: { ...meta },
              headers,
              nodeID,
              tracing,
              timeLeft,
              params,
            };
            ctx.meta['back'] = 1;
            ctx.responseHeaders['rh'] = 1;
            return { done: true };
          },
        },
      },
    });
    const given = {
      id: 'q',
      requestID: 'r',
      parentID: 'p',
      caller: 'svc',
      level: 3,
      meta: { m: 1 },
      headers: { h: 1 },
      tracing: true,
    };
    peer.send('REQ', 'me', { ...given, action: 'near.get', params: [1], timeout: 799.25, stream: false });
    await c.settle();
    expect(seen).toEqual({ ...given, nodeID: 'peer', timeLeft: 799.25, params: [1] });
    expect(peer.got('RES')).toEqual([
      {
        id: 'q',
        meta: { m: 1, back: 1 },
        headers: { rh: 1 },
        success: true,
        data: { done: true },
        ver: '5',
        sender: 'me',
      },
    ]);
  });

  it('of id and action alone is served, with the time of the action or the broker', async () => {
    const { c, peer, broker } = await beside({ requestTimeout: 4000 });
    await broker.createService({
      name: 'near',
      actions: {
        own: { timeout: 50, handler: (ctx) => [ctx.timeLeft, ctx.params] },
        none: (ctx) => [ctx.timeLeft, ctx.params],
      },
    });
    peer.send('REQ', 'me', { id: '1', action: 'near.own' });
    peer.send('REQ', 'me', { id: '2', action: 'near.none' });
    await c.settle();
    expect(peer.got('RES').map((p) => p['data'])).toEqual([
      [50, {}],
      [4000, {}],
    ]);
  });

  it('the time it brings overrules that of the action, 0 included', async () => {
    const { c, peer, broker } = await beside();
    await broker.createService({
      name: 'near',
      actions: { slow: { timeout: 100, handler: () => new Promise(() => undefined) } },
    });
    const ask = (id: string, timeout: number) => peer.send('REQ', 'me', { id, action: 'near.slow', timeout });
    ask('none', 0);
    ask('short', 300);
    await c.advance(250);
    expect(peer.got('RES')).toEqual([]);
    await c.advance(150);
    expect(peer.got('RES')).toHaveLength(1);
    // As Moleculer has it, the error names the caller's node.
    expect(peer.got('RES')[0]).toMatchObject({
      id: 'short',
      success: false,
      error: { name: 'RequestTimeoutError', data: { nodeID: 'peer' } },
    });
  });

  it.each([
    ['missing', 'no.such'],
    ['private', 'near.secret'],
    ['protected', 'near.inner'],
  ])('for a %s action is answered with ServiceNotFoundError and its data', async (_kind, action) => {
    const { c, peer, broker } = await beside();
    await broker.createService({
      name: 'near',
      actions: {
        secret: { visibility: 'private', handler: () => 1 },
        inner: { visibility: 'protected', handler: () => 1 },
      },
    });
    peer.send('REQ', 'me', { id: 'q', action, meta: { m: 1 } });
    await c.settle();
    expect(peer.got('RES')[0]).toMatchObject({
      success: false,
      data: null,
      error: {
        name: 'ServiceNotFoundError',
        code: 404,
        retryable: true,
        data: { action, nodeID: 'me' },
        nodeID: 'me',
      },
    });
  });

  it('is always answered: what has no JSON becomes an error', async () => {
    const { c, peer, broker } = await beside();
    const circle: Dictionary = {};
    circle['self'] = circle;
    await broker.createService({
      name: 'near',
      actions: {
        circle: () => circle,
        big: () => 5n,
        meta: (ctx) => void (ctx.meta['c'] = circle),
        error: () => {
          throw Object.assign(new Error('bad data'), { data: circle });
        },
        nothing: () => undefined,
        text: () => Promise.reject('text' as never),
        pipe: () => ({ pipe: () => undefined }),
      },
    });
    const names = ['circle', 'big', 'meta', 'error', 'text', 'pipe'];
    for (const name of [...names, 'nothing']) peer.send('REQ', 'me', { id: name, action: `near.${name}` });
    peer.send('REQ', 'me', { id: 'stream', action: 'near.nothing', stream: true, seq: 0 });
    await c.settle();
    const answers = new Map(peer.got('RES').map((p) => [p['id'], p]));
    for (const name of [...names, 'stream']) {
      const error = answers.get(name)?.['error'] as Dictionary;
      expect([name, answers.get(name)?.['success'], typeof error['name'], typeof error['message']]).toEqual([
        name,
        false,
        'string',
        'string',
      ]);
    }
    expect(answers.get('nothing')).toMatchObject({ success: true });
    expect(answers.get('nothing')).not.toHaveProperty('data');
    expect(answers.get('text')?.['error']).toMatchObject({
      name: 'MoleculerError',
      message: 'text',
      code: 500,
    });
  });

  it('is served for a sender nobody knows', async () => {
    const { c, broker } = await beside();
    await broker.createService({ name: 'near', actions: { get: () => 1 } });
    const stranger = c.peer('stranger');
    stranger.send('REQ', 'me', { id: 'q', action: 'near.get' });
    await c.settle();
    expect(stranger.got('RES')).toHaveLength(1);
  });
});
