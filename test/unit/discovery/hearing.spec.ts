import { describe, expect, it, vi } from 'vitest';
import { announced, eachCluster, type TestNode } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

const options = { nodeID: 'me', heartbeatInterval: 10, heartbeatTimeout: 30 };

/**
 * By hand, as are all tests of this file: on the simulated network what a node says to itself always arrives.
 * From now on this node is not heard, until it connects anew. */
function mute({ transporter }: TestNode): { renewals: number } {
  const seen = { renewals: 0 };
  const send = vi.spyOn(transporter!, 'send').mockImplementation(() => undefined);
  const connect = transporter!.connect.bind(transporter);
  vi.spyOn(transporter!, 'connect').mockImplementation(() => {
    seen.renewals++;
    send.mockRestore();
    return connect();
  });
  return seen;
}

describe('a connection that carries nothing any more', () => {
  it('is made anew after two heartbeats in vain; what waits ends, and nobody is blamed', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { get: {}, hang: {} })];
    const node = await c.started(options);
    const { broker, registry } = node;
    peer.onPacket = () => undefined;
    const hanging = broker.call('far.hang', {}, { timeout: 0 }).catch((error: unknown) => error);
    const wire = mute(node);
    await c.advance(20_000);
    expect(wire.renewals).toBe(0);
    await c.advance(11_000);
    await expect(hanging).resolves.toMatchObject({
      name: 'BrokerDisconnectedError',
      message: expect.stringContaining('may have run') as string,
    });
    expect(wire.renewals).toBe(1);
    expect(registry.node('peer')?.available).toBe(true);
    expect(logs.texts('warn')).toEqual([expect.stringContaining('heartbeat')]);
    peer.behave();
    await c.advance(2500);
    await expect(c.until(broker.call('far.get'))).resolves.toBe('peer');
    expect(logs.texts('log').at(-1)).toContain('again');
  });

  it('is not given up as long as anything comes', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const node = await c.started(options);
    const wire = mute(node);
    for (let n = 0; n < 12; n++) {
      await c.advance(9000);
      peer.send('HEARTBEAT', undefined, { cpu: 1 });
    }
    expect(wire.renewals).toBe(0);
    expect(node.registry.node('peer')?.available).toBe(true);
  });

  it('does not make silence suspicious on a wire that never brings own packets back', async () => {
    const c = cluster();
    const node = c.node(options);
    const connect = vi.spyOn(node.transporter!, 'connect');
    vi.spyOn(node.transporter!, 'send').mockImplementation(() => undefined);
    await c.until(node.node.start());
    await c.advance(200_000);
    expect(connect).toHaveBeenCalledTimes(1);
    expect(logs.texts('warn')).toEqual([]);
  });

  it('is kept where a lost one would not be tried again', async () => {
    const c = cluster();
    const node = await c.started({ ...options, transit: { disableReconnect: true } });
    const wire = mute(node);
    await c.advance(100_000);
    expect(wire.renewals).toBe(0);
    expect(node.transit.connected).toBe(true);
  });
});
