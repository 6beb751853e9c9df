import { describe, expect, it } from 'vitest';
import { eachCluster } from './cluster.fixture.js';
import { recordLogs } from './logs.fixture.js';
import { Scripted } from './moleculer.node.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

describe('start', () => {
  it('without a transporter is ready at once and calls itself', async () => {
    const c = cluster();
    const { broker, node } = c.node({ transporter: null });
    await broker.createService({ name: 'a', actions: { b: () => 1 } });
    await node.start();
    await broker.ready;
    await expect(broker.call('a.b')).resolves.toBe(1);
    expect(logs.texts('log').at(-1)).toMatch(
      /started with 1 service, without a transporter: it sees no other/,
    );
    await expect(broker.ping('me')).resolves.toBeNull();
  });

  it('returns after connectTimeout where nothing answers, says so once, and the node joins later', async () => {
    const c = cluster();
    const transporter = new Scripted();
    let connected!: () => void;
    transporter.connect.mockImplementation(() => new Promise((resolve) => (connected = resolve)));
    const { broker, node, transit } = c.node({ transporter, transit: { connectTimeout: 3000 } });
    const before = c.scheduler.now();
    await c.until(node.start(), 10);
    expect(c.scheduler.now() - before).toBeGreaterThanOrEqual(3000);
    expect(c.scheduler.now() - before).toBeLessThan(3050);
    await c.advance(60_000);
    expect(logs.texts('warn')).toHaveLength(1);
    connected();
    await c.until(broker.ready);
    expect(transit.connected).toBe(true);
  });

  it('goes on trying where connecting fails, and tells the reason', async () => {
    const c = cluster();
    const transporter = new Scripted();
    transporter.connect.mockRejectedValue(new Error('ECONNREFUSED'));
    const { broker, node } = c.node({ transporter, transit: { connectTimeout: 1000 } });
    await c.until(node.start());
    await c.advance(60_000);
    expect(logs.texts('warn')).toHaveLength(2);
    expect(logs.texts('warn').every((text) => text.includes('ECONNREFUSED'))).toBe(true);
    transporter.connect.mockResolvedValue();
    await c.until(broker.ready);
  });

  it('is done once, whoever asks', async () => {
    const c = cluster();
    const { broker, node } = c.node();
    expect(node.start()).toBe(node.start());
    await c.until(broker.start());
    await broker.start();
    expect(logs.texts('log').filter((text) => text.includes('started'))).toHaveLength(1);
  });

  it('is refused after a stop', async () => {
    const c = cluster();
    const { node, broker } = await c.started();
    await c.until(node.stop());
    await expect(broker.start()).rejects.toMatchObject({ type: 'BROKER_STOPPED' });
  });
});
