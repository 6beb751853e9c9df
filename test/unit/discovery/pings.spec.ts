import { describe, expect, it, vi } from 'vitest';
import { Arrivals } from '../../../lib/discovery/arrivals.js';
import { VirtualScheduler } from '../../../lib/time/virtual-scheduler.js';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

recordLogs();
const cluster = eachCluster();

describe('ping', () => {
  it('tells how long it took, and the difference of the clocks', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    peer.onPacket = ({ type, packet }) => {
      if (type !== 'PING') return;
      c.scheduler.schedule(() => {
        peer.send('PONG', 'me', {
          time: packet['time'],
          id: packet['id'],
          arrived: (packet['time'] as number) + 1000,
        });
      }, 40);
    };
    await expect(c.until(broker.ping('peer'), 10)).resolves.toEqual({
      nodeID: 'peer',
      elapsedTime: 40,
      timeDiff: -980,
    });
  });

  it('is null after the timeout, 2 s if not given, and leaves nothing behind', async () => {
    const c = cluster();
    c.peer('deaf').onPacket = () => undefined;
    const { broker, node } = await c.started({ nodeID: 'me' });
    const before = c.scheduler.now();
    await expect(c.until(broker.ping('deaf'), 10)).resolves.toBeNull();
    expect(c.scheduler.now() - before).toBeGreaterThanOrEqual(2000);
    expect(c.scheduler.now() - before).toBeLessThan(2050);
    await expect(c.until(broker.ping('deaf', 300), 10)).resolves.toBeNull();
    const { presence } = (node as unknown as { deps: { presence: { pings: { pending: number } } } }).deps;
    expect(presence.pings.pending).toBe(0);
  });

  it('of all asks all nodes that are there, of several those alone', async () => {
    const c = cluster();
    c.peer('a').behave();
    c.peer('b', '4').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    expect(Object.keys(await c.until(broker.ping()))).toEqual(['a', 'b']);
    const some = await c.until(broker.ping(['a', 'nobody'], 100));
    expect(some).toMatchObject({ a: { nodeID: 'a' }, nobody: null });
  });

  it('of ourselves is answered at once', async () => {
    const c = cluster();
    const { broker } = await c.started({ nodeID: 'me' });
    await expect(broker.ping('me')).resolves.toEqual({ nodeID: 'me', elapsedTime: 0, timeDiff: 0 });
  });

  it('believes the answer of the node that was asked alone', async () => {
    const c = cluster();
    const asked = c.peer('asked').behave();
    const liar = c.peer('liar').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    asked.onPacket = ({ type, packet }) => {
      if (type === 'PING') liar.send('PONG', 'me', { time: packet['time'], id: packet['id'], arrived: 1 });
    };
    await expect(c.until(broker.ping('asked', 200))).resolves.toBeNull();
  });

  it('is null at once without a connection, and ends when the broker stops', async () => {
    const c = cluster();
    c.peer('deaf').onPacket = () => undefined;
    const { broker, node, transporter } = await c.started({ nodeID: 'me' });
    const waiting = vi.fn();
    void broker.ping('deaf', 60_000).then(waiting);
    await c.until(node.stop());
    await c.settle();
    expect(waiting).toHaveBeenCalledWith(null);
    expect(c.scheduler.pending).toBe(0);
    const other = await c.started({ nodeID: 'other' });
    c.hub.cut(other.transporter);
    await expect(other.broker.ping('deaf')).resolves.toBeNull();
    expect(transporter).toBeDefined();
  });

  it('raises $node.pong with what it learnt', async () => {
    const c = cluster();
    c.peer('peer').behave();
    const { broker } = await c.started({ nodeID: 'me' });
    const heard: unknown[] = [];
    broker.events('$node.pong').subscribe(({ payload }) => heard.push(payload));
    await c.until(broker.ping('peer'));
    expect(heard).toEqual([
      { nodeID: 'peer', elapsedTime: 0, timeDiff: 0, id: expect.any(String) as string },
    ]);
  });
});

describe('the wait for arrivals', () => {
  it('ends when all that are due have come, also if they came before it was known how many', async () => {
    const scheduler = new VirtualScheduler();
    const arrivals = new Arrivals(scheduler);
    const done = vi.fn();
    arrivals.begin();
    arrivals.note('a');
    void arrivals.wait(2).then(done);
    await scheduler.advance(10);
    arrivals.note('a');
    await scheduler.advance(10);
    expect(done).not.toHaveBeenCalled();
    arrivals.note('b');
    await scheduler.advance(0);
    expect(done).toHaveBeenCalled();
    expect(scheduler.pending).toBe(0);
  });

  it('lasts 500 ms where nobody knows how many are due', async () => {
    const scheduler = new VirtualScheduler();
    const arrivals = new Arrivals(scheduler);
    const done = vi.fn();
    arrivals.begin();
    void arrivals.wait(null).then(done);
    for (let i = 0; i < 100; i++) arrivals.note(`node-${i}`);
    await scheduler.advance(499);
    expect(done).not.toHaveBeenCalled();
    await scheduler.advance(1);
    expect(done).toHaveBeenCalled();
  });

  it('of a later join is not ended by that of an earlier one', async () => {
    const scheduler = new VirtualScheduler();
    const arrivals = new Arrivals(scheduler);
    arrivals.begin();
    void arrivals.wait(5);
    await scheduler.advance(400);
    const done = vi.fn();
    arrivals.begin();
    void arrivals.wait(1).then(done);
    await scheduler.advance(150);
    arrivals.note('a');
    await scheduler.advance(0);
    expect(done).toHaveBeenCalled();
  });
});
