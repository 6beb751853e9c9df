import { describe, expect, it, vi } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const alone = (options = {}) => cluster().started({ nodeID: 'me', transporter: null, ...options });

describe('the time of a call', () => {
  const never = () => new Promise(() => undefined);

  it.each([
    ['the call option', { timeout: 300 }, 300],
    ['the action', undefined, 700],
  ])('%s decides', async (_name, opts, expected) => {
    const { broker } = await alone({ requestTimeout: 5000 });
    await broker.createService({ name: 's', actions: { a: { timeout: 700, handler: never } } });
    const before = cluster().scheduler.now();
    await expect(cluster().until(broker.call('s.a', {}, opts), 5)).rejects.toMatchObject({
      name: 'RequestTimeoutError',
    });
    const took = cluster().scheduler.now() - before;
    expect(took).toBeGreaterThanOrEqual(expected);
    expect(took).toBeLessThanOrEqual(expected + 50);
  });

  it('is the broker’s requestTimeout else, 30 s if nothing is said', async () => {
    const { broker } = await alone();
    let left = 0;
    await broker.createService({
      name: 's',
      actions: {
        a: (ctx) => {
          left = ctx.timeLeft;
          return never();
        },
      },
    });
    await expect(cluster().until(broker.call('s.a'))).rejects.toMatchObject({ code: 504 });
    expect(left).toBe(30_000);
  });

  it('0 and Infinity are none; nonsense is refused', async () => {
    const { broker } = await alone();
    await broker.createService({ name: 's', actions: { left: (ctx) => ctx.timeLeft } });
    expect(await broker.call('s.left', {}, { timeout: 0 })).toBe(Infinity);
    expect(await broker.call('s.left', {}, { timeout: Infinity })).toBe(Infinity);
    for (const timeout of [-1, NaN, '5']) {
      await expect(broker.call('s.left', {}, { timeout } as never)).rejects.toMatchObject({
        type: 'INVALID_TIMEOUT',
      });
    }
  });

  it('that is left goes to nested calls; used up, they are skipped and nothing runs', async () => {
    const c = cluster();
    const { broker } = await alone();
    const inner = vi.fn((ctx: Context) => ctx.timeLeft);
    await broker.createService({
      name: 's',
      actions: {
        inner,
        outer: async (ctx) => {
          await new Promise((resolve) => c.scheduler.schedule(resolve as never, 400));
          return ctx.call('s.inner', {}, { timeout: 5000 });
        },
        late: async (ctx) => {
          await new Promise((resolve) => c.scheduler.schedule(resolve as never, 1500));
          return ctx
            .call('s.inner')
            .catch((error: unknown) => (logs.lines.push({ level: 'log', text: (error as Error).name }), 1));
        },
      },
    });
    // The clock of a local call starts at the first look at the deadlines: what the call has left, the nested one gets.
    const left = await c.until(broker.call('s.outer', {}, { timeout: 1000 }));
    expect(left).toBeGreaterThanOrEqual(600);
    expect(left).toBeLessThanOrEqual(620);
    await expect(c.until(broker.call('s.late', {}, { timeout: 1000 }))).rejects.toMatchObject({ code: 504 });
    await c.advance(1000);
    expect(inner).toHaveBeenCalledTimes(1);
    expect(logs.texts()).toContain('RequestSkippedError');
  });
});

describe('a chain of calls', () => {
  it('hands down meta, request ID, level, caller; takes meta back, last word wins, failures included', async () => {
    const { broker } = await alone();
    const seen: Record<string, unknown>[] = [];
    await broker.createService({
      name: 'b',
      version: 2,
      actions: {
        leaf: (ctx) => {
          seen.push({
            level: ctx.level,
            caller: ctx.caller,
            requestID: ctx.requestID,
            meta: { ...ctx.meta },
            headers: ctx.headers,
          });
          ctx.meta['fromLeaf'] = true;
          ctx.meta['user'] = 'changed';
          throw new Error('after all');
        },
      },
    });
    await broker.createService({
      name: 'a',
      actions: {
        root: async (ctx) => {
          await ctx.call('v2.b.leaf', {}, { meta: { extra: 1 } }).catch(() => undefined);
          return { meta: ctx.meta, id: ctx.id };
        },
      },
    });
    const result = await broker.call<{ meta: object; id: string }>(
      'a.root',
      {},
      {
        meta: { user: 'given' },
        headers: { h: 1 },
        requestID: 'req-1',
      },
    );
    expect(seen).toEqual([
      { level: 2, caller: 'a', requestID: 'req-1', meta: { user: 'given', extra: 1 }, headers: {} },
    ]);
    expect(result.meta).toEqual({ user: 'changed', fromLeaf: true, extra: 1 });
  });

  it('continues from parentCtx, also with broker.call', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 's',
      actions: {
        child: (ctx) => ({ level: ctx.level, parentID: ctx.parentID, requestID: ctx.requestID }),
        parent: async (ctx) => ({ id: ctx.id, child: await broker.call('s.child', {}, { parentCtx: ctx }) }),
      },
    });
    const { id, child } = await broker.call<{ id: string; child: object }>('s.parent');
    expect(child).toEqual({ level: 2, parentID: id, requestID: id });
  });

  it('ends at maxCallLevel', async () => {
    const { broker } = await alone({ maxCallLevel: 5 });
    let deepest = 0;
    await broker.createService({
      name: 's',
      actions: {
        dive: (ctx) => {
          deepest = Math.max(deepest, ctx.level);
          return ctx.call('s.dive');
        },
      },
    });
    await expect(broker.call('s.dive')).rejects.toMatchObject({
      name: 'MaxCallLevelError',
      data: { nodeID: 'me', level: 5 },
    });
    expect(deepest).toBe(5);
  });
});
