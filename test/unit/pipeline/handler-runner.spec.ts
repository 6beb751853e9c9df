import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import type { ContextHost } from '../../../lib/context/context-host.js';
import { HandlerRunner } from '../../../lib/pipeline/handler-runner.js';
import { InFlight } from '../../../lib/pipeline/in-flight.js';
import type { Handler } from '../../../lib/registry/service-definition.js';
import { Deadlines } from '../../../lib/time/deadlines.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';

function makeRunner() {
  const scheduler = new VirtualScheduler(1000);
  const deadlines = new Deadlines(scheduler);
  const failure = vi.fn((thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))));
  const runner = new HandlerRunner(deadlines, { nodeID: 'me', failure });
  const work = new InFlight();
  const host = { nodeID: 'me', now: () => scheduler.now(), newID: () => 'id' } as unknown as ContextHost;
  const context = (timeout = 0) => {
    const ctx = new Context(host, { nodeID: 'me', local: true, action: { name: 'a.b' } }, {}, NO_OPTIONS);
    ctx.timeout = timeout;
    ctx.parent = new Context(host, null, {}, NO_OPTIONS);
    return ctx;
  };
  const run = (handler: Handler, ctx = context(), signal?: AbortSignal) =>
    runner.run(ctx, handler, work, signal);
  return { scheduler, deadlines, failure, work, context, run };
}

/** A promise and its switches. */
function open() {
  let resolve!: (value: unknown) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise((ok, no) => {
    resolve = ok;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe('a handler that answers at once', () => {
  it('costs no promise, no timer, no entry', () => {
    const { run, scheduler, deadlines, work, context } = makeRunner();
    for (const value of [5, null, undefined, 'text', { a: 1 }])
      expect(run(() => value, context(1000))).toBe(value);
    expect([scheduler.pending, deadlines.size, work.count]).toEqual([0, 0, 0]);
  });

  it('throws what failure makes of it', () => {
    const { run, failure } = makeRunner();
    const error = new Error('no');
    expect(() =>
      run(() => {
        throw error;
      }),
    ).toThrow(error);
    expect(failure).toHaveBeenCalledTimes(1);
  });

  it('gives its meta back, also when it throws', () => {
    const { run, context } = makeRunner();
    const good = context();
    run((ctx) => void (ctx.meta['seen'] = 1), good);
    expect(good.parent?.meta).toEqual({ seen: 1 });
    const bad = context();
    expect(() =>
      run((ctx) => {
        ctx.meta['failed'] = true;
        throw new Error('no');
      }, bad),
    ).toThrow();
    expect(bad.parent?.meta).toEqual({ failed: true });
  });
});

describe('a handler that answers later', () => {
  it('is counted until it is done', async () => {
    const { run, work } = makeRunner();
    const { promise, resolve } = open();
    const result = run(() => promise);
    expect(work.count).toBe(1);
    resolve('late');
    await expect(result).resolves.toBe('late');
    expect(work.count).toBe(0);
  });

  it('may be any thenable, also one that settles twice or throws', async () => {
    const { run, work } = makeRunner();
    const twice = { then: (ok: (value: unknown) => void) => (ok(1), ok(2)) };
    await expect(run(() => twice)).resolves.toBe(1);
    const throwing = {
      then: () => {
        throw new Error('then failed');
      },
    };
    await expect(run(() => throwing)).rejects.toThrow('then failed');
    expect(work.count).toBe(0);
  });

  it('is given up after its timeout, not before and at most 50 ms later; its signal fires', async () => {
    const { run, scheduler, context, deadlines, work } = makeRunner();
    const ctx = context(500);
    const { promise, resolve } = open();
    const outcome = (run(() => promise, ctx) as Promise<unknown>).catch((error: unknown) => error);
    const seen = vi.fn();
    void outcome.then(seen);
    await scheduler.advance(499);
    expect(seen).not.toHaveBeenCalled();
    await scheduler.advance(51);
    await expect(outcome).resolves.toMatchObject({
      name: 'RequestTimeoutError',
      code: 504,
      data: { action: 'a.b' },
    });
    expect(ctx.signal.aborted).toBe(true);
    // It still runs: a stop waits for it.
    expect(work.count).toBe(1);
    resolve('too late');
    await scheduler.advance(0);
    expect([work.count, deadlines.size, scheduler.pending]).toEqual([0, 0, 0]);
  });

  it('after it was given up changes no meta of the caller any more; its failure still is reported', async () => {
    const { run, scheduler, context, failure } = makeRunner();
    const ctx = context(100);
    const { promise, reject } = open();
    const outcome = (run(() => promise, ctx) as Promise<unknown>).catch((error: unknown) => error);
    await scheduler.advance(200);
    await outcome;
    ctx.meta['late'] = true;
    reject(new Error('late'));
    await scheduler.advance(0);
    expect(ctx.parent?.meta).toEqual({});
    expect(failure).toHaveBeenCalledTimes(1);
  });

  it('is given up when the signal aborts; the reason is kept', async () => {
    const { run, context } = makeRunner();
    const ctx = context();
    const abort = new AbortController();
    const outcome = (run(() => new Promise(() => undefined), ctx, abort.signal) as Promise<unknown>).catch(
      (e: unknown) => e,
    );
    abort.abort('why');
    await expect(outcome).resolves.toMatchObject({ name: 'RequestAbortedError', cause: 'why' });
    expect(ctx.signal.aborted).toBe(true);
  });

  it('is given up if the signal aborted while its first part ran', async () => {
    const { run, context } = makeRunner();
    const abort = new AbortController();
    const handler = () => {
      abort.abort();
      return new Promise(() => undefined);
    };
    await expect(run(handler, context(), abort.signal)).rejects.toMatchObject({
      name: 'RequestAbortedError',
    });
  });

  it('shares one listener with all that wait for the signal, and each is given up', async () => {
    const { run, context } = makeRunner();
    const abort = new AbortController();
    const runs = Array.from({ length: 12 }, () => {
      const ctx = context();
      return { ctx, result: run(() => new Promise(() => undefined), ctx, abort.signal) };
    });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    abort.abort('enough');
    for (const { ctx, result } of runs) {
      await expect(result).rejects.toMatchObject({ name: 'RequestAbortedError', cause: 'enough' });
      expect(ctx.signal.aborted).toBe(true);
    }
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('leaves no listener on the signal', async () => {
    const { run, context } = makeRunner();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    for (let i = 0; i < 20; i++) await run(() => Promise.resolve(i), context(), signal);
    expect(added).toHaveBeenCalledTimes(20);
    expect(removed).toHaveBeenCalledTimes(20);
  });

  it('settles although the caller froze its meta', async () => {
    const { run, context } = makeRunner();
    const ctx = context();
    if (ctx.parent) ctx.parent.meta = Object.freeze({ a: 1 });
    const handler: Handler = async (inner) => {
      inner.meta['b'] = 2;
      return 'fine';
    };
    await expect(run(handler, ctx)).resolves.toBe('fine');
    expect(ctx.parent?.meta).toEqual({ a: 1, b: 2 });
  });
});

describe('work in flight', () => {
  it('is idle at once without work, else when the last is done', async () => {
    const work = new InFlight();
    await work.idle();
    work.begin();
    work.begin();
    const idle = vi.fn();
    void work.idle().then(idle);
    void work.idle().then(idle);
    work.end();
    await Promise.resolve();
    expect(idle).not.toHaveBeenCalled();
    work.end();
    await Promise.resolve();
    expect(idle).toHaveBeenCalledTimes(2);
    expect(work.count).toBe(0);
  });
});
