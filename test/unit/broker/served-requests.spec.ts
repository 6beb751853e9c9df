import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
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

  it('is answered whatever its handler puts into the response headers, and whatever the error says', async () => {
    const { c, peer, broker } = await beside({ transit: { maxPacketSize: 20_000 } });
    const circle: Dictionary = {};
    circle['self'] = circle;
    await broker.createService({
      name: 'near',
      actions: {
        headers: (ctx) => Promise.resolve(void (ctx.responseHeaders['c'] = circle)),
        longWords: () => Promise.reject(new Error('x'.repeat(50_000))),
        longMeta(ctx) {
          ctx.meta['text'] = 'x'.repeat(50_000);
          throw new Error('short');
        },
      },
    });
    for (const name of ['headers', 'longWords', 'longMeta'])
      peer.send('REQ', 'me', { id: name, action: `near.${name}`, meta: {} });
    await c.settle();
    const answers = new Map(peer.got('RES').map((p) => [p['id'], p['error']]));
    expect(answers.get('headers')).toMatchObject({ type: 'INVALID_PACKET_DATA' });
    expect(answers.get('longWords')).toMatchObject({ name: 'Error', message: 'x'.repeat(1000) });
    expect(answers.get('longMeta')).toMatchObject({ name: 'Error', message: 'short' });
  });

  it.each(['meta', 'params', 'both'])('is answered however deep its %s are nested', async (what) => {
    const { c, peer, broker } = await beside();
    const echo = (ctx: { params: unknown }) => ctx.params;
    await broker.createService({
      name: 'near',
      actions: {
        now: echo,
        later: (ctx) => Promise.resolve().then(() => echo(ctx)),
        fail: (ctx) => Promise.reject(Object.assign(new Error('no'), { data: ctx.params })),
      },
    });
    const nested = (depth: number) => `{"d":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    let asked = 0;
    const ask = async (action: string, depth: number) => {
      const params = what === 'meta' ? '{}' : nested(depth);
      const meta = what === 'params' ? '{}' : nested(depth);
      const id = `${action} ${depth} ${++asked}`;
      peer.forget();
      peer.raw(
        'MOL.REQ.me',
        `{"id":"${id}","action":"near.${action}","params":${params},"meta":${meta},"ver":"5","sender":"peer"}`,
      );
      await c.settle();
      expect(peer.got('RES').map((answer) => answer['id'])).toEqual([id]);
      return peer.got('RES')[0]!['success'] === true;
    };
    // Around the depth at which the stack ends, whatever stands on it makes a difference: there each depth is tried.
    let [fits, tooDeep] = [10, 100_000];
    while (tooDeep - fits > 1) {
      const middle = (fits + tooDeep) >> 1;
      if (await ask('now', middle)) fits = middle;
      else tooDeep = middle;
    }
    for (let depth = fits - 15; depth < fits + 10; depth++) {
      for (const action of ['now', 'later', 'fail', 'missing']) await ask(action, depth);
    }
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
