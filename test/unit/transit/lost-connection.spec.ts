import { describe, expect, it } from 'vitest';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

describe('a lost connection', () => {
  it('rejects what waits for answers, fails remote calls at once, leaves local ones alone, and heals', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { get: {}, hang: {} })];
    const { broker, transporter } = await c.started({ nodeID: 'me' });
    await broker.createService({ name: 'here', actions: { get: () => 'here' } });
    peer.onPacket = () => undefined;
    const pending = broker.call('far.hang', {}, { timeout: 0 }).catch((error: unknown) => error);
    c.hub.cut(transporter);
    await expect(pending).resolves.toMatchObject({
      name: 'BrokerDisconnectedError',
      code: 502,
      retryable: true,
      message: expect.stringContaining('may have run') as string,
    });
    await expect(broker.call('far.get')).rejects.toMatchObject({ name: 'BrokerDisconnectedError' });
    await expect(broker.call('here.get')).resolves.toBe('here');
    await broker.emit('far.event');
    expect(logs.texts('warn')).toHaveLength(1);
    peer.behave();
    c.hub.restore(transporter);
    await c.advance(600);
    await expect(c.until(broker.call('far.get'))).resolves.toBe('peer');
    expect(peer.got('INFO', 'me').length).toBeGreaterThanOrEqual(2);
    expect(logs.texts('warn')).toHaveLength(1);
  });

  it('tells on return how many events were lost', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', {}, { tick: {} })];
    const { broker, transporter } = await c.started({ nodeID: 'me' });
    c.hub.cut(transporter);
    for (let i = 0; i < 3; i++) await broker.emit('tick', i);
    await expect(broker.emit('tick', 4, { throwError: true })).rejects.toMatchObject({
      name: 'BrokerDisconnectedError',
    });
    c.hub.restore(transporter);
    await c.advance(600);
    expect(logs.texts('warn').filter((text) => text.startsWith('4 event packets'))).toHaveLength(1);
  });

  it('of the callee costs its answer: with a timeout the call ends, without one it waits for its signal', async () => {
    const c = cluster();
    const far = await c.started({ nodeID: 'far' });
    let finish!: () => void;
    const working = new Promise<void>((resolve) => (finish = resolve));
    await far.broker.createService({ name: 'far', actions: { work: () => working } });
    const near = await c.started({ nodeID: 'near' });
    const { signal, abort } = abortable();
    const outcome = (opts: object) => near.broker.call('far.work', {}, opts).catch((error: unknown) => error);
    const [limited, endless] = [outcome({ timeout: 2000 }), outcome({ timeout: 0, signal })];
    await c.settle();
    c.hub.cut(far.transporter!);
    finish();
    await c.settle();
    c.hub.restore(far.transporter!);
    await c.advance(60_000);
    await expect(limited).resolves.toMatchObject({ name: 'RequestTimeoutError' });
    expect(near.registry.node('far')?.available).toBe(true);
    expect(near.broker.parts.requester.pending.size).toBe(1);
    abort();
    await expect(endless).resolves.toMatchObject({ name: 'RequestAbortedError' });
  });

  it('a join that is overtaken by a loss and a return is done once', async () => {
    const c = cluster();
    c.peer('silent');
    const { broker, node, transporter } = c.node({ nodeID: 'me' });
    const joined: unknown[] = [];
    broker.events('$transporter.connected').subscribe((message) => joined.push(message));
    const starting = node.start();
    await c.advance(100);
    c.hub.cut(transporter);
    await c.advance(100);
    c.hub.restore(transporter);
    await c.until(starting);
    await c.advance(2000);
    expect(joined).toHaveLength(1);
  });

  it('many times over leaves nothing behind', async () => {
    const c = cluster();
    c.peer('silent');
    const { transporter } = await c.started({ nodeID: 'me', heartbeatInterval: 2, heartbeatTimeout: 6 });
    const before = c.scheduler.pending;
    for (let i = 0; i < 30; i++) {
      c.hub.cut(transporter);
      await c.advance(i * 30);
      c.hub.restore(transporter);
      await c.advance(i * 30);
    }
    await c.advance(1000);
    expect(c.scheduler.pending).toBe(before);
    expect(logs.texts('error')).toEqual([]);
  });
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
