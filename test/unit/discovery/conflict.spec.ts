import { describe, expect, it, vi } from 'vitest';
import { NodeIDConflictError } from '../../../lib/errors/broker.error.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();

describe('a node ID that is taken', () => {
  it('is found before anything is announced under it; the newcomer stays out, nobody dies', async () => {
    const c = cluster();
    const first = await c.started({ nodeID: 'same' });
    const witness = c.peer('witness').behave();
    const second = c.node({ nodeID: 'same' });
    const subscribe = vi.spyOn(second.transporter!, 'subscribe');
    await c.until(second.node.start());
    await expect(second.broker.ready).rejects.toBeInstanceOf(NodeIDConflictError);
    await c.advance(3000);
    expect(witness.got('INFO')).toEqual([]);
    const topics = subscribe.mock.calls.flatMap(([names]) => names);
    expect(topics.length).toBeGreaterThan(0);
    expect(topics.filter((topic) => second.transporter!.isSubscribed(topic))).toEqual([]);
    expect(second.transit.connected).toBe(false);
    expect(first.transit.connected).toBe(true);
    expect(logs.texts('error')).toEqual([expect.stringContaining("'same'")]);
    expect(logs.texts('warn')).toEqual([]);
  });

  it.each(['4', '5'] as const)('by a node that speaks %s alone is found, too', async (ver) => {
    const c = cluster();
    const namesake = c.peer('same', ver).behave();
    const second = c.node({ nodeID: 'same' });
    await c.until(second.node.start());
    await expect(second.broker.ready).rejects.toMatchObject({
      name: 'NodeIDConflictError',
      data: { nodeID: 'same' },
    });
    const asked = namesake.heard.filter(({ type }) => type === 'PING');
    expect(asked.every(({ packet }) => packet['sender'] !== 'same')).toBe(true);
  });

  it.each([2, 3, 5])('by %i that start at the same time stays with one of them', async (count) => {
    const c = cluster();
    const nodes = Array.from({ length: count }, () => c.node({ nodeID: 'same' }));
    await c.until(Promise.all(nodes.map(({ node }) => node.start())));
    const joined = () => nodes.filter(({ transit }) => transit.connected);
    expect(joined()).toHaveLength(1);
    for (const { broker, transit } of nodes) {
      const ready = broker.ready.then(
        () => true,
        (error: unknown) => error,
      );
      if (transit.connected) expect(await ready).toBe(true);
      else expect(await ready).toBeInstanceOf(NodeIDConflictError);
    }
    // All others look again at the same times, and one of them follows.
    await c.until(joined()[0].node.stop());
    await c.advance(11_000);
    expect(joined()).toHaveLength(1);
  });

  it('by one that starts while another is about to join is found, whenever that is', async () => {
    for (let delay = 0; delay < 30; delay++) {
      const c = cluster();
      const [first, second] = [c.node({ nodeID: 'same' }), c.node({ nodeID: 'same' })];
      const one = first.node.start();
      for (let turn = 0; turn < delay; turn++) await Promise.resolve();
      await c.until(Promise.all([one, second.node.start()]));
      expect([first, second].filter(({ transit }) => transit.connected)).toHaveLength(1);
      await c.until(Promise.all([first.node.stop(), second.node.stop()]));
    }
  });

  it('is told once, however often it is looked for; the node joins when its namesake has left', async () => {
    const c = cluster();
    const first = await c.started({ nodeID: 'same' });
    const second = c.node({ nodeID: 'same' });
    await c.until(second.node.start());
    await c.advance(30_000);
    expect(logs.texts('error')).toHaveLength(1);
    await c.until(first.node.stop());
    await c.advance(6000);
    expect(second.transit.connected).toBe(true);
    await expect(second.broker.ready).rejects.toBeInstanceOf(NodeIDConflictError);
  });

  it('is no conflict with itself after a loss of the connection', async () => {
    const c = cluster();
    const { transit, transporter } = await c.started({ nodeID: 'me' });
    for (let i = 0; i < 3; i++) {
      c.hub.cut(transporter);
      await c.advance(1000);
      c.hub.restore(transporter);
      await c.advance(1000);
      expect(transit.connected).toBe(true);
    }
    expect(logs.texts('error')).toEqual([]);
  });

  it('of a listener that does not answer is taken over after half a second', async () => {
    const c = cluster();
    c.peer('same');
    const { transit, broker } = await c.started({ nodeID: 'same' });
    await broker.ready;
    expect(transit.connected).toBe(true);
  });

  it('later on, another process that announces itself under our ID is reported once and ends nothing', async () => {
    const c = cluster();
    const { transit } = await c.started({ nodeID: 'me' });
    const intruder = c.peer('me');
    intruder.instanceID = 'intruder';
    for (let i = 0; i < 3; i++) intruder.info();
    await c.settle();
    expect(logs.texts('error')).toEqual([expect.stringContaining('intruder')]);
    expect(transit.connected).toBe(true);
  });
});
