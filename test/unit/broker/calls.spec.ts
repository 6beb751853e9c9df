import { describe, expect, it, vi } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const alone = (options = {}) => cluster().started({ nodeID: 'me', transporter: null, ...options });

describe('a local call', () => {
  it('costs no timer and leaves nothing behind, whether the handler answers at once or later', async () => {
    const { broker } = await alone();
    await broker.createService({ name: 's', actions: { now: () => 1, later: async () => 2 } });
    await expect(broker.call('s.now')).resolves.toBe(1);
    expect(cluster().scheduler.pending).toBe(0);
    for (let i = 0; i < 3000; i++) await broker.call('s.later');
    await cluster().advance(60);
    const { deadlines, requester, localWork } = broker.parts;
    await cluster().advance(31_000);
    expect([deadlines.size, requester.pending.size, localWork.count, cluster().scheduler.pending]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('gives {} where no params were given, null where null was, and passes objects on as they are', async () => {
    const { broker } = await alone();
    await broker.createService({ name: 's', actions: { echo: (ctx) => ctx.params } });
    const params = { a: 1 };
    expect(await broker.call('s.echo')).toEqual({});
    expect(await broker.call('s.echo', null)).toBeNull();
    expect(await broker.call('s.echo', params)).toBe(params);
  });

  it('tells unknown names from those that are gone, and refuses what is no name', async () => {
    const { broker } = await alone();
    await expect(broker.call('no.such')).rejects.toMatchObject({
      name: 'ServiceNotFoundError',
      data: { action: 'no.such' },
    });
    await broker.createService({ name: 's', actions: { a: () => 1 } });
    await expect(broker.call('s.a', {}, { nodeID: 'else' })).rejects.toMatchObject({
      name: 'ServiceNotFoundError',
      data: { action: 's.a', nodeID: 'else' },
    });
    await broker.destroyService('s');
    await expect(broker.call('s.a')).rejects.toMatchObject({
      name: 'ServiceNotAvailableError',
      data: { action: 's.a' },
    });
    for (const name of ['', undefined, 5]) {
      await expect(broker.call(name as string)).rejects.toMatchObject({ type: 'INVALID_NAME' });
    }
  });

  it.each(['retries', 'stream', 'fallbackResponse', 'ctx'])(
    'refuses the option %s, which is not built',
    async (option) => {
      const { broker } = await alone();
      await broker.createService({ name: 's', actions: { a: () => 1 } });
      await expect(broker.call('s.a', {}, { [option]: 3 } as never)).rejects.toMatchObject({ code: 501 });
    },
  );

  it('has the IDs of uidGenerator, which is given the broker; where it fails ours serve, and that is said once', async () => {
    const given: unknown[] = [];
    const answers: (() => unknown)[] = [
      () => 'mine',
      () => 5,
      () => '',
      () => Promise.reject(new Error('later')).catch(() => 1),
    ];
    const uidGenerator = (broker: unknown) => {
      given.push(broker);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('no ID');
      return answer();
    };
    const { broker } = await alone({ uidGenerator });
    await broker.createService({
      name: 's',
      actions: { id: (ctx) => ctx.id, nested: async (ctx) => await ctx.call('s.id') },
    });
    await expect(broker.call('s.id')).resolves.toBe('mine');
    expect(given[0]).toBe(broker);
    for (let i = 0; i < 4; i++) await expect(broker.call('s.id')).resolves.toMatch(/^[\da-f-]{36}$/);
    await expect(broker.call('s.nested')).resolves.toMatch(/^[\da-f-]{36}$/);
    expect(logs.texts('error')).toHaveLength(1);
  });
});

describe('visibility', () => {
  it('private actions are for the contexts of their service alone, protected ones for this node', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 's',
      actions: {
        secret: { visibility: 'private', handler: () => 'secret' },
        inner: { visibility: 'protected', handler: () => 'inner' },
        open: (ctx) => ctx.call('s.secret'),
      },
    });
    await broker.createService({ name: 'other', actions: { pry: (ctx) => ctx.call('s.secret') } });
    await expect(broker.call('s.open')).resolves.toBe('secret');
    await expect(broker.call('s.inner')).resolves.toBe('inner');
    for (const call of [
      broker.call('s.secret'),
      broker.call('other.pry'),
      broker.call('s.secret', {}, { nodeID: 'me' }),
    ]) {
      await expect(call).rejects.toMatchObject({ name: 'ServiceNotFoundError' });
    }
  });
});

describe('a signal', () => {
  it('that fired before keeps the handler from running; one that fires later rejects the caller and tells the handler', async () => {
    const { broker } = await alone();
    let signal: AbortSignal | undefined;
    const handler = vi.fn((ctx: Context) => {
      ({ signal } = ctx);
      return new Promise(() => undefined);
    });
    await broker.createService({ name: 's', actions: { wait: handler } });
    await expect(broker.call('s.wait', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 499,
    });
    expect(handler).not.toHaveBeenCalled();
    const abort = new AbortController();
    const outcome = broker.call('s.wait', {}, { signal: abort.signal, tracking: false });
    abort.abort(new Error('enough'));
    await expect(outcome).rejects.toMatchObject({ name: 'RequestAbortedError', type: 'REQUEST_ABORTED' });
    expect(signal?.aborted).toBe(true);
  });
});

describe('what is logged', () => {
  it('each unexpected error once, however far it travels; what is expected never', async () => {
    const { broker } = await alone();
    const { MoleculerClientError, MoleculerServerError } =
      await import('../../../lib/errors/moleculer.error.js');
    const { RequestSkippedError } = await import('../../../lib/errors/request.error.js');
    const thrower = (make: () => Error) => () => {
      throw make();
    };
    await broker.createService({
      name: 's',
      actions: {
        bug: thrower(() => new TypeError('a bug')),
        refusal: thrower(() => new MoleculerClientError('no', 404)),
        down: thrower(() => new MoleculerServerError('db down', 500)),
        skipped: thrower(() => new RequestSkippedError({ action: 'x', nodeID: 'y' })),
        nested: (ctx) => ctx.call('s.bug'),
        deeper: async (ctx) => await ctx.call('s.nested'),
      },
    });
    for (const name of ['deeper', 'refusal', 'down', 'skipped'])
      await broker.call(`s.${name}`).catch(() => undefined);
    await broker.call('no.such').catch(() => undefined);
    expect(logs.texts('error')).toEqual([
      expect.stringContaining('a bug'),
      expect.stringContaining('db down'),
    ]);
    expect(logs.texts('warn')).toEqual([]);
  });
});

describe('mcall', () => {
  it('gives results in the shape of the definitions; its options are those of each call', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 's',
      actions: { echo: (ctx) => [ctx.params, ctx.meta['m']], fail: () => Promise.reject(new Error('no')) },
    });
    const defs = [
      { action: 's.echo', params: 1 },
      { action: 's.echo', params: 2, options: { meta: { m: 'own' } } },
    ] as const;
    await expect(broker.mcall(defs, { meta: { m: 'all' } })).resolves.toEqual([
      [1, 'all'],
      [2, 'own'],
    ]);
    await expect(broker.mcall({ a: { action: 's.echo', params: 1 } })).resolves.toEqual({
      a: [1, undefined],
    });
    await expect(broker.mcall([])).resolves.toEqual([]);
    await expect(broker.mcall([{ action: 's.fail' }, { action: 's.echo' }])).rejects.toThrow('no');
    await expect(
      broker.mcall({ x: { action: 's.fail' }, y: { action: 's.echo' } }, { settled: true }),
    ).resolves.toMatchObject({
      x: { status: 'rejected' },
      y: { status: 'fulfilled' },
    });
    for (const wrong of [null, 5, undefined]) {
      await expect(broker.mcall(wrong as never)).rejects.toMatchObject({ type: 'INVALID_PARAMETERS' });
    }
  });
});
