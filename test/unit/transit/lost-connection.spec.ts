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
