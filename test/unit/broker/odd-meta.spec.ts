import { describe, expect, it } from 'vitest';
import type { Context } from '../../../lib/context/context.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { expectAllHeard } from '../unhandled.fixture.js';

recordLogs();
const cluster = eachCluster();
expectAllHeard();

const unreadable = (ctx: Context) =>
  Object.defineProperty(ctx.meta, 'bad', {
    enumerable: true,
    get: () => {
      throw new Error('bad');
    },
  });

class Owned {
  get user() {
    return 'of the class';
  }
}

/** What a handler may do to its meta, and what the caller of that node finds in his. */
const ODD: [what: string, spoil: (ctx: Context) => void, before?: (ctx: Context) => void][] = [
  ['undefined', (ctx) => void (ctx.meta = undefined as never)],
  ['null', (ctx) => void (ctx.meta = null as never)],
  ['a text', (ctx) => void (ctx.meta = 'text' as never)],
  ['a function', (ctx) => void (ctx.meta = (() => 1) as never)],
  ['a field that throws', (ctx) => void unreadable(ctx)],
  [
    'a field that the caller’s does not take',
    (ctx) => void (ctx.meta['user'] = 1),
    (ctx) => void (ctx.meta = new Owned()),
  ],
];

describe.each(ODD)('a handler leaves in its meta %s:', (_what, spoil, before) => {
  const actions = {
    answers: (ctx: Context) => spoil(ctx) ?? 'done',
    answersLater: async (ctx: Context) => spoil(ctx) ?? 'done',
    fails: async (ctx: Context) => {
      spoil(ctx);
      throw new Error('of the handler');
    },
    hangs: (ctx: Context) => {
      spoil(ctx);
      return new Promise(() => undefined);
    },
  };
  const outcome = (ctx: Context, action: string) => {
    before?.(ctx);
    return ctx.call<unknown>(`inner.${action}`, {}, { timeout: 300 }).catch((error: Error) => error.message);
  };

  it('its caller on this node is answered, and so are those after it', async () => {
    const { broker, node } = await cluster().started({ transporter: null });
    await broker.createService({ name: 'inner', actions });
    await broker.createService({
      name: 'outer',
      actions: { go: (ctx) => outcome(ctx, ctx.params as string) },
    });
    for (let round = 0; round < 2; round++) {
      for (const action of ['answers', 'answersLater'])
        expect(await cluster().until(broker.call('outer.go', action))).toBe('done');
      expect(await cluster().until(broker.call('outer.go', 'fails'))).toBe('of the handler');
      const timedOut = await cluster().until(broker.call<string>('outer.go', 'hangs'));
      expect(timedOut).toContain('timed out');
    }
    const ended = broker.call('outer.go', 'hangs');
    await cluster().until(node.stop(), 25, 120_000);
    await expect(ended).resolves.toEqual(expect.any(String));
    expect([broker.parts.deadlines.size, broker.parts.requester.pending.size]).toEqual([0, 0]);
  });

  it('its caller on another node is answered', async () => {
    const { broker: far } = await cluster().started({ nodeID: 'far' });
    const { broker: near } = await cluster().started({ nodeID: 'near' });
    await far.createService({ name: 'inner', actions });
    await near.createService({ name: 'outer', actions: { go: (ctx) => outcome(ctx, ctx.params as string) } });
    await cluster().advance(200);
    const timedOut = expect.stringContaining('timed out');
    for (const action of ['answers', 'answersLater', 'fails'])
      expect(await cluster().until(near.call('outer.go', action))).not.toEqual(timedOut);
    expect(await cluster().until(near.call('outer.go', 'hangs'))).toEqual(timedOut);
    expect([near.parts.deadlines.size, near.parts.requester.pending.size]).toEqual([0, 0]);
  });
});
