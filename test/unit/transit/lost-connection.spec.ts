import type { SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MOLECULER_SCHEDULER } from '../../../lib/index.js';
import type { NodeScheduler } from '../../../lib/testing/node-scheduler.js';
import { BEATS, hangs, lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const logs = recordLogs();
const start = lives(logs);

describe('a lost connection', () => {
  it('rejects what waits for answers, fails remote calls at once, leaves local ones alone, and heals', async () => {
    const c = await start([node('me'), node('peer', {}, hangs('far'))]);
    const broker = c.broker('me');
    await c.create('me', { name: 'here', actions: { get: () => 'here' } });
    const pending = watched(broker.call('far.hang', {}, { timeout: 0 }));
    c.cluster.disconnect('me');
    c.forget();
    await c.cluster.advance(0);
    expect(pending).toMatchObject({
      state: 'failed',
      value: {
        ...{ name: 'BrokerDisconnectedError', code: 502, retryable: true },
        message: expect.stringContaining('may have run') as string,
      },
    });
    await expect(broker.call('far.get')).rejects.toMatchObject({ name: 'BrokerDisconnectedError' });
    await expect(broker.call('here.get')).resolves.toBe('here');
    await broker.emit('far.event');
    expect(logs.texts('warn')).toHaveLength(1);
    c.cluster.reconnect('me');
    await c.cluster.advance(600);
    await expect(broker.call('far.get')).resolves.toBe('peer');
    // It announced itself anew.
    expect(c.heard('peer', 'INFO', 'me').filter(({ target }) => target === undefined)).toHaveLength(1);
    expect(logs.texts('warn')).toHaveLength(1);
  });

  it('tells on return how many events were lost', async () => {
    const listens = { name: 'far', events: { tick: () => undefined } };
    const c = await start([node('me'), node('peer', {}, listens)]);
    const broker = c.broker('me');
    c.cluster.disconnect('me');
    for (let i = 0; i < 3; i++) await broker.emit('tick', i);
    await expect(broker.emit('tick', 4, { throwError: true })).rejects.toMatchObject({
      name: 'BrokerDisconnectedError',
    });
    c.cluster.reconnect('me');
    await c.cluster.advance(600);
    expect(logs.texts('warn').filter((text) => text.startsWith('4 event packets'))).toHaveLength(1);
  });

  it('of the callee costs its answer: with a timeout the call ends, without one it waits for its signal', async () => {
    let finish!: () => void;
    const working = new Promise<void>((resolve) => (finish = resolve));
    const c = await start([node('near'), node('far', {}, { name: 'far', actions: { work: () => working } })]);
    const { broker } = { broker: c.broker('near') };
    const controller = new AbortController();
    const limited = watched(broker.call('far.work', {}, { timeout: 2000 }));
    const endless = watched(broker.call('far.work', {}, { timeout: 0, signal: controller.signal }));
    await c.cluster.advance(0);
    c.cluster.disconnect('far');
    finish();
    await c.cluster.advance(0);
    c.cluster.reconnect('far');
    await c.cluster.advance(60_000);
    expect(limited).toMatchObject({ state: 'failed', value: { name: 'RequestTimeoutError' } });
    expect(c.sees('near', 'far')).toBe(true);
    expect(endless.state).toBe('pending');
    expect(broker.parts.requester.pending.size).toBe(1);
    controller.abort();
    await c.cluster.advance(0);
    expect(endless).toMatchObject({ state: 'failed', value: { name: 'RequestAbortedError' } });
  });

  it('a join that is overtaken by a loss and a return is done once', async () => {
    const c = await start([node('me'), node('silent')]);
    await c.leave('me');
    // It waits for the answer of this one.
    c.cluster.drop({ from: 'silent' });
    const joined: unknown[] = [];
    c.cluster.eachBroker((broker) =>
      broker.events('$transporter.connected').subscribe((message) => joined.push(message)),
    );
    const clock = c.cluster.get<SchedulerLike>('silent', MOLECULER_SCHEDULER);
    clock.schedule(() => c.cluster.disconnect('me'), 100);
    clock.schedule(() => c.cluster.reconnect('me'), 200);
    await c.cluster.restart('me');
    await c.cluster.advance(2000);
    expect(joined).toHaveLength(1);
    expect(c.broker('me').state).toBe('connected');
  });

  it('many times over leaves nothing behind', async () => {
    const c = await start([node('me', BEATS), node('silent', { heartbeatInterval: 0 })]);
    c.cluster.drop({ from: 'silent' });
    const clock = c.cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER);
    // The look after exit handlers, ten seconds after the start, is over then.
    await c.cluster.advance(11_000);
    const before = clock.pending;
    for (let i = 0; i < 30; i++) {
      c.cluster.disconnect('me');
      await c.cluster.advance(i * 30);
      c.cluster.reconnect('me');
      await c.cluster.advance(i * 30);
    }
    await c.cluster.advance(1000);
    expect(clock.pending).toBe(before);
    expect(logs.texts('error')).toEqual([]);
  });
});
