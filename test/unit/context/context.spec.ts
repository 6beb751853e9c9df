import { describe, expect, it, vi } from 'vitest';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import type { ContextEndpoint, ContextHost } from '../../../lib/context/context-host.js';

function makeHost() {
  const clock = { now: 1000 };
  let ids = 0;
  const host = {
    nodeID: 'me',
    now: vi.fn(() => clock.now),
    newID: vi.fn(() => `id-${++ids}`),
    callFrom: vi.fn(() => Promise.resolve('called')),
    mcallFrom: vi.fn(() => Promise.resolve([])),
    sendFrom: vi.fn(() => Promise.resolve()),
  } satisfies ContextHost;
  return { host, clock };
}

const endpoint: ContextEndpoint = {
  nodeID: 'other',
  local: false,
  action: { name: 'users.get' },
  service: { name: 'users', fullName: 'v2.users', version: 2, settings: {}, metadata: {} },
};

describe('Context', () => {
  it('makes nothing before it is asked for: no ID, no clock', () => {
    const { host } = makeHost();
    const ctx = new Context(host, endpoint, { a: 1 }, NO_OPTIONS);
    expect(ctx.params).toEqual({ a: 1 });
    expect(ctx.level).toBe(1);
    expect(ctx.nodeID).toBe('other');
    expect(host.newID).not.toHaveBeenCalled();
    expect(host.now).not.toHaveBeenCalled();
  });

  it('has one ID, which is the request ID of a root call', () => {
    const { host } = makeHost();
    const ctx = new Context(host, endpoint, {}, NO_OPTIONS);
    expect(ctx.requestID).toBe(ctx.id);
    expect(ctx.id).toBe('id-1');
    expect(host.newID).toHaveBeenCalledTimes(1);
  });

  it('keeps what was written to meta, headers, locals and response headers', () => {
    const ctx = new Context(makeHost().host, endpoint, {}, NO_OPTIONS);
    ctx.meta['user'] = 1;
    ctx.headers['h'] = 2;
    ctx.locals['l'] = 3;
    ctx.responseHeaders['r'] = 4;
    expect([ctx.meta, ctx.headers, ctx.locals, ctx.responseHeaders]).toEqual([
      { user: 1 },
      { h: 2 },
      { l: 3 },
      { r: 4 },
    ]);
    ctx.meta = { other: true };
    expect(ctx.meta).toEqual({ other: true });
  });

  it('tells action, service and node of its endpoint', () => {
    const { host } = makeHost();
    const ctx = new Context(host, endpoint, {}, NO_OPTIONS);
    expect(ctx.action?.name).toBe('users.get');
    expect(ctx.service?.fullName).toBe('v2.users');
    expect(ctx.event).toBeNull();
    expect(ctx.broker).toBe(host);
    expect(new Context(host, null, {}, NO_OPTIONS).nodeID).toBe('me');
  });

  it('has endless time without a timeout, else what is left, never below 0', () => {
    const { host, clock } = makeHost();
    const ctx = new Context(host, endpoint, {}, NO_OPTIONS);
    expect(ctx.timeLeft).toBe(Infinity);
    ctx.timeout = 0;
    expect(ctx.timeLeft).toBe(Infinity);
    ctx.timeout = 500;
    expect(ctx.timeLeft).toBe(500);
    clock.now += 200;
    expect(ctx.timeLeft).toBe(300);
    clock.now += 2000;
    expect(ctx.timeLeft).toBe(0);
  });

  it('shows the timeout that was decided on among its options', () => {
    const ctx = new Context(makeHost().host, endpoint, {}, { caller: 'me' });
    expect(ctx.options).toEqual({ caller: 'me' });
    ctx.timeout = 700;
    expect(ctx.options).toEqual({ caller: 'me', timeout: 700 });
  });

  it('has a signal that fires with the reason, also if it is asked for later', () => {
    const reason = new Error('gone');
    const early = new Context(makeHost().host, endpoint, {}, NO_OPTIONS);
    const heard = vi.fn();
    early.signal.addEventListener('abort', heard);
    early.abort(reason);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(early.signal.reason).toBe(reason);
    const late = new Context(makeHost().host, endpoint, {}, NO_OPTIONS);
    late.abort(reason);
    expect(late.signal.aborted).toBe(true);
    expect(late.signal.reason).toBe(reason);
  });

  it('merges meta shallowly, the last word wins, and lets nobody touch a prototype', () => {
    const ctx = new Context(makeHost().host, endpoint, {}, NO_OPTIONS);
    ctx.meta = { a: { x: 1 }, b: 1 };
    ctx.mergeMeta(JSON.parse('{"a":{"y":2},"c":3,"__proto__":{"admin":true}}') as object);
    expect(ctx.meta).toEqual({ a: { y: 2 }, b: 1, c: 3 });
    expect((ctx.meta as { admin?: boolean }).admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('merges into a frozen meta by taking a copy', () => {
    const ctx = new Context(makeHost().host, endpoint, {}, NO_OPTIONS);
    ctx.meta = Object.freeze({ a: 1 });
    ctx.mergeMeta({ b: 2 });
    expect(ctx.meta).toEqual({ a: 1, b: 2 });
  });

  it('calls and sends as a child', async () => {
    const { host } = makeHost();
    const ctx = new Context(host, endpoint, {}, NO_OPTIONS);
    const opts = { timeout: 5 };
    await ctx.call('a.b', { p: 1 }, opts);
    await ctx.mcall([{ action: 'a.b' }]);
    await ctx.emit('e', 1);
    await ctx.broadcast('b', 2, { groups: 'g' });
    expect(host.callFrom).toHaveBeenCalledWith(ctx, 'a.b', { p: 1 }, opts);
    expect(host.mcallFrom).toHaveBeenCalledWith(ctx, [{ action: 'a.b' }], undefined);
    expect(host.sendFrom).toHaveBeenNthCalledWith(1, ctx, 'emit', 'e', 1, undefined);
    expect(host.sendFrom).toHaveBeenNthCalledWith(2, ctx, 'broadcast', 'b', 2, { groups: 'g' });
  });

  it('takes other params, as they are or as a copy', () => {
    const ctx = new Context(makeHost().host, endpoint, {}, NO_OPTIONS);
    const params = { list: [1] };
    ctx.setParams(params);
    expect(ctx.params).toBe(params);
    ctx.setParams(params, true);
    expect(ctx.params).toEqual(params);
    expect((ctx.params as typeof params).list).not.toBe(params.list);
  });

  it('has a copy with the same facts, time and signal, but an ID, meta, headers and locals of its own', () => {
    const { host, clock } = makeHost();
    const ctx = new Context(host, endpoint, { a: 1 }, { caller: 'c' });
    const parent = new Context(host, null, {}, NO_OPTIONS);
    const facts = {
      level: 3,
      parentID: 'p',
      caller: 'c',
      tracing: true,
      nodeID: 'sender',
    };
    const happened = { name: 'e.x', type: 'emit' as const, groups: ['g'] };
    Object.assign(ctx, facts, { timeout: 500, parent, happened });
    for (const map of [ctx.meta, ctx.headers, ctx.responseHeaders, ctx.locals]) map['old'] = 1;
    const copy = ctx.copy();
    expect(copy).toBeInstanceOf(Context);
    expect(copy).toMatchObject({ ...facts, endpoint, parent, options: { caller: 'c', timeout: 500 } });
    expect(copy).toMatchObject({ eventName: 'e.x', eventType: 'emit', eventGroups: ['g'] });
    expect(copy.params).toBe(ctx.params);
    expect(copy.requestID).toBe(ctx.requestID);
    expect(copy.id).not.toBe(ctx.id);
    for (const key of ['meta', 'headers', 'responseHeaders', 'locals'] as const) {
      copy[key]['new'] = 2;
      expect([ctx[key], copy[key]]).toEqual([{ old: 1 }, { old: 1, new: 2 }]);
    }
    clock.now += 200;
    expect([ctx.timeLeft, copy.timeLeft]).toEqual([300, 300]);
    ctx.abort(new Error('gone'));
    expect(copy.signal.aborted).toBe(true);
  });

  it('has of its parent what it was not told itself', () => {
    const { host } = makeHost();
    const parent = new Context(host, endpoint, {}, NO_OPTIONS);
    parent.tracing = true;
    const child = new Context(host, null, {}, NO_OPTIONS);
    child.parent = parent;
    child.ownRequestID = parent;
    const { id, requestID } = parent;
    expect(child).toMatchObject({ parentID: id, caller: 'v2.users', tracing: true, requestID });
    Object.assign(child, { parentID: null, caller: 'other', tracing: false });
    expect(child).toMatchObject({ parentID: null, caller: 'other', tracing: false, requestID });
    const root = new Context(host, null, {}, NO_OPTIONS);
    expect(root).toMatchObject({ parentID: null, caller: null, tracing: null, requestID: root.id });
  });

  it('has Moleculer’s fields that nothing sets', () => {
    const { cachedResult, needAck, ackID } = new Context(makeHost().host, endpoint, {}, NO_OPTIONS);
    expect([cachedResult, needAck, ackID]).toEqual([false, null, null]);
  });

  it('becomes plain fields in logs', () => {
    const ctx = new Context(makeHost().host, endpoint, { a: 1 }, NO_OPTIONS);
    const plain = JSON.parse(JSON.stringify(ctx)) as Record<string, unknown>;
    expect(plain).toMatchObject({
      action: 'users.get',
      service: 'v2.users',
      params: { a: 1 },
      level: 1,
      nodeID: 'other',
    });
    expect(plain).not.toHaveProperty('host');
  });
});
