import { setImmediate as turn } from 'node:timers/promises';
import { defer, from, map, mergeMap, of } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { currentContext } from '../../../lib/context/ambient.js';
import type { Context } from '../../../lib/context/context.js';
import { makeNode } from '../../support/node.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();
const alone = (options = {}) =>
  cluster().started({ nodeID: 'me', transporter: null, ambientContext: true, ...options });

/** What a callee knows of its caller. */
const facts = ({ level, parentID, requestID, caller, meta, timeLeft }: Context) => ({
  level,
  parentID,
  requestID,
  caller,
  meta: { ...meta },
  timeLeft,
});
type Facts = ReturnType<typeof facts>;
interface Inner {
  look(): Facts;
}

async function chain(broker: ServiceBroker, outer: (ctx: Context) => unknown) {
  let seen!: Context;
  await broker.createService({ name: 'inner', actions: { look: facts } });
  await broker.createService({
    name: 'outer',
    actions: {
      go(ctx) {
        seen = ctx;
        return outer(ctx);
      },
    },
  });
  const result = await broker.call<any>('outer.go', {}, { meta: { user: 'ada' }, timeout: 900 });
  return { result, outer: seen };
}

describe('with ambientContext, in a handler', () => {
  it.each<[how: string, call: (broker: ServiceBroker) => unknown]>([
    ['at once', (b) => b.call('inner.look')],
    ['after an await', async (b) => (await turn(), b.call('inner.look'))],
    ['in a service it uses', (b) => (() => b.client<Inner>('inner').look())()],
    ['among several', async (b) => (await b.mcall([{ action: 'inner.look' }] as const))[0]],
    ['named', async (b) => (await b.mcall({ one: { action: 'inner.look' } })).one],
    ['in the Observable it returns', (b) => defer(() => b.call('inner.look'))],
    ['in an Observable of a promise', async (b) => of(1).pipe(mergeMap(() => b.call('inner.look')))],
  ])('a call is a child: %s', async (_, call) => {
    const { broker } = await alone();
    const { result, outer } = await chain(broker, () => call(broker));
    expect(result).toEqual({
      level: 2,
      parentID: outer.id,
      requestID: outer.requestID,
      caller: 'outer',
      meta: { user: 'ada' },
      timeLeft: 900,
    });
  });

  it('what is left of its time goes to the calls, and their meta comes back', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 'inner',
      actions: {
        left(ctx) {
          ctx.meta['seen'] = true;
          return ctx.timeLeft;
        },
      },
    });
    await broker.createService({
      name: 'outer',
      actions: {
        async go(ctx) {
          void ctx.timeLeft;
          await cluster().advance(400);
          return [await broker.call('inner.left'), ctx.meta['seen']];
        },
      },
    });
    expect(await broker.call('outer.go', {}, { timeout: 1000 })).toEqual([600, true]);
    await expect(broker.call('outer.go', {}, { timeout: 300 })).rejects.toMatchObject({
      name: 'RequestTimeoutError',
    });
  });

  it.each<[kind: 'emit' | 'broadcast' | 'broadcastLocal']>([['emit'], ['broadcast'], ['broadcastLocal']])(
    'so is an event: %s',
    async (kind) => {
      const { broker } = await alone();
      const heard: Facts[] = [];
      await broker.createService({
        name: 'listener',
        events: { made: (ctx) => void heard.push(facts(ctx)) },
      });
      const { outer } = await chain(broker, () => broker[kind]('made'));
      expect(heard).toMatchObject([
        { level: 2, parentID: outer.id, requestID: outer.requestID, caller: 'outer', meta: { user: 'ada' } },
      ]);
    },
  );

  it('the call may be given another parent, or none', async () => {
    const { broker } = await alone();
    const { result } = await chain(broker, async (ctx) => {
      const other = ctx.copy();
      return [
        other.id,
        (await broker.call<Facts>('inner.look', {}, { parentCtx: other })).parentID,
        (await broker.call<Facts>('inner.look', {}, { parentCtx: null })).parentID,
        ((await broker.mcall([{ action: 'inner.look' }], { parentCtx: null })) as Facts[])[0].parentID,
      ];
    });
    expect(result).toEqual([result[0], result[0], null, null]);
  });

  it('a private action of the service can be called', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 's',
      actions: { secret: { visibility: 'private', handler: () => 42 }, open: () => broker.call('s.secret') },
    });
    expect(await broker.call('s.open')).toBe(42);
    await expect(broker.call('s.secret')).rejects.toMatchObject({ code: 404 });
  });

  it('maxCallLevel ends a loop', async () => {
    const { broker } = await alone({ maxCallLevel: 5 });
    await broker.createService({ name: 's', actions: { loop: () => broker.call('s.loop') } });
    await expect(broker.call('s.loop')).rejects.toMatchObject({ name: 'MaxCallLevelError' });
  });
});

describe('currentContext()', () => {
  it('is that of the innermost handler, and afterwards the caller’s again', async () => {
    const { broker } = await alone();
    await broker.createService({ name: 'inner', actions: { look: () => currentContext()?.action?.name } });
    await broker.createService({
      name: 'outer',
      actions: {
        async go(ctx) {
          const inner = broker.call('inner.look');
          const atOnce = currentContext() === ctx;
          return [await inner, atOnce, currentContext() === ctx];
        },
      },
    });
    expect(await broker.call('outer.go')).toEqual(['inner.look', true, true]);
    expect(currentContext()).toBeUndefined();
  });

  it('is the event’s in event handlers, in errorHandler and in subscribers of streams', async () => {
    const heard: unknown[] = [];
    const { broker } = await alone({
      errorHandler: (_: Error, { ctx }: { ctx: Context }) =>
        void heard.push(['error', currentContext() === ctx]),
    });
    await broker.createService({
      name: 's',
      events: {
        async made(ctx) {
          await turn();
          heard.push(['event', currentContext() === ctx]);
          throw new Error('no');
        },
      },
      actions: { go: () => broker.emit('made') },
    });
    broker
      .events('made')
      .pipe(map(({ ctx }) => ['stream', currentContext() === ctx]))
      .subscribe((what) => heard.push(what));
    await broker.call('s.go');
    expect(heard.sort()).toEqual([
      ['error', true],
      ['event', true],
      ['stream', true],
    ]);
  });

  it('keeps calls that run side by side apart', async () => {
    const { broker } = await alone();
    await broker.createService({
      name: 's',
      actions: {
        async go({ params }: Context<any>) {
          for (let i = 0; i < params.turns; i++) await turn();
          return (currentContext()?.params as any)?.n;
        },
      },
    });
    const calls = Array.from({ length: 50 }, (_, n) => broker.call('s.go', { n, turns: n % 7 }));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('is none in our own timers, whoever set them off', async () => {
    // On timers of Node's: a virtual one has no context.
    const { broker } = makeNode({ ambientContext: true, tracking: { enabled: false } });
    let tell!: (seen: Context | undefined) => void;
    const aborted = new Promise<Context | undefined>((resolve) => (tell = resolve));
    await broker.createService({
      name: 's',
      actions: {
        never(ctx) {
          ctx.signal.addEventListener('abort', () => tell(currentContext()));
          return new Promise(() => undefined);
        },
        go: () => void broker.call('s.never', {}, { timeout: 1 }).catch(() => undefined),
      },
    });
    await broker.call('s.go');
    expect(await aborted).toBeUndefined();
    await broker.stop();
  });

  it('reaches handlers of other nodes as a context of theirs', async () => {
    const one = await cluster().started({ nodeID: 'one', ambientContext: true });
    const two = await cluster().started({ nodeID: 'two', ambientContext: true });
    let outer!: Context;
    await two.broker.createService({
      name: 'far',
      actions: { look: (ctx) => [currentContext() === ctx, facts(ctx)] },
    });
    await one.broker.createService({
      name: 'near',
      actions: {
        go(ctx) {
          outer = ctx;
          return broker.call('far.look');
        },
      },
    });
    const { broker } = one;
    await cluster().until(broker.waitForServices('far'));
    const [same, known] = await cluster().until(
      broker.call<[boolean, Facts]>('near.go', {}, { meta: { a: 1 } }),
    );
    expect(same).toBe(true);
    expect(known).toMatchObject({ level: 2, parentID: outer.id, requestID: outer.requestID, meta: { a: 1 } });
  });
});

describe('two brokers', () => {
  it('have nothing to do with each other’s contexts unless told', async () => {
    const one = await alone();
    const two = await alone({ nodeID: 'two' });
    await two.broker.createService({ name: 'other', actions: { look: facts } });
    let parent!: string;
    await one.broker.createService({
      name: 's',
      actions: {
        async go(ctx) {
          parent = ctx.id;
          return [
            await two.broker.call<Facts>('other.look'),
            await two.broker.call<Facts>('other.look', {}, { parentCtx: ctx }),
          ];
        },
      },
    });
    const [own, told] = await one.broker.call<Facts[]>('s.go', {}, { meta: { secret: 1 } });
    expect(own).toMatchObject({ level: 1, parentID: null, meta: {} });
    expect(told).toMatchObject({ level: 2, parentID: parent, meta: { secret: 1 } });
  });
});

describe('without ambientContext', () => {
  afterEach(() => vi.restoreAllMocks());

  it('calls are root calls, there is no current context, and nothing of it is in the way', async () => {
    const { broker } = await alone({ ambientContext: false });
    expect(broker.constructor).toBe(ServiceBroker);
    const handler = vi.fn((_ctx: Context) => [currentContext(), new Error().stack]);
    broker.registerServices([
      {
        ...{ name: 's', fullName: 's', settings: {}, metadata: {}, dependencies: [], events: [] },
        actions: [{ info: { name: 's.a', rawName: 'a' }, handler, origin: 's.a' }],
      },
    ]);
    // The very function, not one around it.
    expect(broker.registry.action('s.a')?.local?.handler).toBe(handler);
    const { result } = await chain(broker, async () => [
      currentContext(),
      await broker.call('inner.look'),
      await from(broker.call('inner.look')).toPromise(),
    ]);
    expect(result[0]).toBeUndefined();
    expect(result[1]).toMatchObject({ level: 1, parentID: null, meta: {} });
  });
});
