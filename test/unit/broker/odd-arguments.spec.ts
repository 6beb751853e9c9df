import { afterEach, expect, it } from 'vitest';
import { CapturedEvents } from '../../../lib/testing/captured-events.js';
import { delay } from '../../../lib/time/delay.js';
import { eachCluster } from '../cluster.fixture.js';

const cluster = eachCluster();
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
function fails(): never {
  throw new Error('no');
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  process.off('unhandledRejection', note);
  unhandled.length = 0;
});

it.each([
  ['a list', [{ action: 'no.one' }, null, { action: 'no.two' }]],
  ['an object', { first: { action: 'no.one' }, second: undefined }],
])('mcall with a definition missing in %s rejects, and no rejection is left over', async (_what, defs) => {
  process.on('unhandledRejection', note);
  const { broker } = await cluster().started({ nodeID: 'me', transporter: null });
  await expect(broker.mcall(defs as never)).rejects.toMatchObject({ name: 'ServiceNotFoundError' });
  const settled = Object.values(await broker.mcall(defs as never, { settled: true })) as {
    reason?: { type: string };
  }[];
  expect(settled[1].reason?.type).toBe('INVALID_PARAMETERS');
  await turn();
  expect(unhandled).toEqual([]);
});

const throwing = (key: string) => Object.defineProperty({}, key, { enumerable: true, get: fails });

it('mcall with a definition that throws when it is read rejects, and no rejection is left over', async () => {
  process.on('unhandledRejection', note);
  const { broker } = await cluster().started({ nodeID: 'me', transporter: null });
  const defs = [{ action: 'no.one' }, throwing('action'), { action: 'no.two', options: throwing('meta') }];
  await expect(broker.mcall(defs as never)).rejects.toMatchObject({ name: 'ServiceNotFoundError' });
  const settled = (await broker.mcall(defs as never, { settled: true })) as { reason?: Error }[];
  expect(settled.slice(1).map(({ reason }) => reason?.message)).toEqual(['no', 'no']);
  await turn();
  expect(unhandled).toEqual([]);
});

it.each(['emit', 'broadcast', 'broadcastLocal'] as const)(
  '%s with options that throw when they are read rejects, and does not throw',
  async (send) => {
    const { broker } = await cluster().started({ transporter: null });
    await broker.createService({ name: 's', events: { tick: fails } });
    for (const key of ['groups', 'meta', 'requestID']) {
      const sent = broker[send]('tick', 1, throwing(key));
      await expect(sent).rejects.toThrow('no');
    }
    await expect(broker[send]('tick', 1, { meta: throwing('a') })).rejects.toThrow('no');
    const captured = new CapturedEvents(broker, '**');
    await expect(broker[send]('tick', 1, throwing('meta'))).rejects.toThrow('no');
    expect(captured.all).toEqual([]);
    captured.stop();
  },
);

it('a call with a signal that is none is refused before it is sent; null is none at all', async () => {
  const { broker: far } = await cluster().started({ nodeID: 'far' });
  const { broker: near } = await cluster().started({ nodeID: 'near' });
  await far.createService({ name: 's', actions: { later: async () => 1 } });
  await cluster().advance(200);
  for (const broker of [far, near]) {
    const wrong = broker.call('s.later', {}, { signal: {} as never, timeout: 0 });
    await expect(wrong).rejects.toMatchObject({ type: 'INVALID_SIGNAL', code: 400 });
    expect(broker.parts.requester.pending.size).toBe(0);
    const call = broker.call('s.later', {}, { signal: null as never });
    await cluster().advance(10);
    await expect(call).resolves.toBe(1);
  }
});

const nothing = () => undefined;
const STAND_INS: [what: string, methods: object, type: string | null][] = [
  ['lacks removeEventListener', { addEventListener: nothing }, 'INVALID_SIGNAL'],
  [
    'throws when it is listened to',
    { addEventListener: fails, removeEventListener: nothing },
    'REQUEST_ABORTED',
  ],
  ['throws when it is left', { addEventListener: nothing, removeEventListener: fails }, null],
];

it.each(STAND_INS)('a call with a stand-in for a signal that %s is settled', async (_what, methods, type) => {
  process.on('unhandledRejection', note);
  const { broker: far } = await cluster().started({ nodeID: 'far' });
  const { broker: near } = await cluster().started({ nodeID: 'near' });
  const actions = {
    answers: () => delay(cluster().scheduler, 50),
    fails: () => delay(cluster().scheduler, 50).then(fails),
    hangs: () => new Promise(() => undefined),
  };
  await far.createService({ name: 's', actions });
  await cluster().advance(200);
  const signal = { aborted: false, ...methods } as never;
  for (const broker of [far, near]) {
    const outcome = (action: string) =>
      broker.call(action, {}, { signal, timeout: 300 }).then(
        () => null,
        (error: { type?: string; message: string }) => error.type ?? error.message,
      );
    const calls = Promise.all(['s.answers', 's.fails', 's.hangs'].map(outcome));
    const expected = type === null ? [null, 'no', 'REQUEST_TIMEOUT'] : [type, type, type];
    expect(await cluster().until(calls)).toEqual(expected);
    await cluster().advance(100);
    const { deadlines, requester, localWork, runner } = broker.parts;
    // The handler that hangs is still under way.
    expect([deadlines.size, requester.pending.size, runner.watched]).toEqual([0, 0, 0]);
    expect(localWork.count).toBeLessThanOrEqual(1);
  }
  await turn();
  expect(unhandled).toEqual([]);
});

it('a parentCtx that is no context is refused, and what is sent in the same turn arrives', async () => {
  const { broker: far } = await cluster().started({ nodeID: 'far' });
  const { broker: near } = await cluster().started({ nodeID: 'near' });
  const heard: unknown[] = [];
  await far.createService({
    name: 's',
    actions: { echo: (ctx) => ctx.params },
    events: { tick: (ctx) => void heard.push(ctx.params) },
  });
  await cluster().until(near.waitForServices('s'));
  const parentCtx = { meta: {} } as never;
  const refused = { type: 'INVALID_PARENT', code: 400 };
  await expect(near.emit('tick', 1, { parentCtx })).rejects.toMatchObject(refused);
  const wrong = near.call('s.echo', {}, { parentCtx });
  const right = near.call('s.echo', 'right');
  await expect(wrong).rejects.toMatchObject(refused);
  expect(await cluster().until(right)).toBe('right');
  expect(heard).toEqual([]);
});

it.each([
  ['requestID', Symbol('r')],
  ['requestID', 5],
  ['caller', () => 1],
])('option %s that is no text is refused: %s', async (option, value) => {
  const { broker } = await cluster().started({ transporter: null });
  await broker.createService({ name: 's', actions: { fails }, events: { tick: fails } });
  const opts = { [option]: value };
  const message = `Option ${option} must be a string, not a ${typeof value}`;
  const refused = { code: 400, type: 'INVALID_NAME', message };
  await expect(broker.call('s.fails', {}, opts)).rejects.toMatchObject(refused);
  await expect(broker.emit('tick', {}, opts)).rejects.toMatchObject(refused);
});

it('null for options is none', async () => {
  const { broker } = await cluster().started({ transporter: null });
  const heard: unknown[] = [];
  await broker.createService({
    name: 's',
    actions: { echo: (ctx) => ctx.params },
    events: { tick: (ctx) => void heard.push(ctx.params) },
  });
  expect(await broker.call('s.echo', 1, null as never)).toBe(1);
  await broker.emit('tick', 2, null as never);
  expect(heard).toEqual([2]);
});

it('a name that other nodes would drop is refused before it is sent', async () => {
  const { broker } = await cluster().started({ transit: { maxNameLength: 64 } });
  await broker.createService({ name: 's', actions: { echo: (ctx) => ctx.requestID } });
  const requestID = 'r'.repeat(65);
  const refused = { code: 400, type: 'INVALID_NAME' };
  await expect(broker.call('s.echo', {}, { requestID })).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('Option requestID has 65 characters, more than transit.maxNameLength'),
  });
  await expect(broker.emit('tick', {}, { requestID })).rejects.toMatchObject(refused);
  await expect(broker.broadcast('e'.repeat(65))).rejects.toMatchObject(refused);
  expect(await broker.call('s.echo', {}, { requestID: 'r'.repeat(64) })).toBe('r'.repeat(64));
});
