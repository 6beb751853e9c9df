import type { SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MOLECULER_SCHEDULER } from '../../../lib/index.js';
import type { NodeScheduler } from '../../../lib/testing/node-scheduler.js';
import { lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const logs = recordLogs();
const start = lives(logs);
const pair = () => start([node('me'), node('peer')]);

describe('ping', () => {
  it('tells how long it took, and the difference of the clocks', async () => {
    const c = await pair();
    c.cluster.delay('20ms');
    const clock = c.cluster.get<SchedulerLike>('peer', MOLECULER_SCHEDULER);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 1000;
    await expect(c.cluster.run(c.broker('me').ping('peer'))).resolves.toEqual({
      nodeID: 'peer',
      elapsedTime: 40,
      timeDiff: -1000,
    });
  });

  it('is null after the timeout, 2 s if not given, and leaves nothing behind', async () => {
    const c = await pair();
    c.cluster.drop({ type: 'PONG' });
    const scheduler = c.cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER);
    const timers = scheduler.pending;
    for (const [given, due] of [
      [undefined, 2000],
      [300, 300],
    ] as const) {
      const pong = watched(c.broker('me').ping('peer', given));
      await c.cluster.advance(due - 1);
      expect(pong.state).toBe('pending');
      await c.cluster.advance(51);
      expect(pong).toEqual({ state: 'done', value: null });
    }
    expect(c.broker('me').parts.requester.pending.size).toBe(0);
    expect(scheduler.pending).toBe(timers);
  });

  it('of all asks all nodes that are there, of several those alone', async () => {
    const c = await start([node('me'), node('a'), node('b', { protocolVersion: '4' }), node('gone')]);
    await c.leave('gone');
    expect(Object.keys(await c.cluster.run(c.broker('me').ping()))).toEqual(['a', 'b']);
    const some = await c.cluster.run(c.broker('me').ping(['a', 'nobody'], 100));
    expect(some).toMatchObject({ a: { nodeID: 'a' }, nobody: null });
    expect(Object.keys(some)).toHaveLength(2);
  });

  it('of ourselves is answered at once', async () => {
    const c = await pair();
    await expect(c.broker('me').ping('me')).resolves.toEqual({ nodeID: 'me', elapsedTime: 0, timeDiff: 0 });
  });

  it('is null at once without a connection, and ends when the broker stops', async () => {
    const c = await pair();
    c.cluster.drop({ type: 'PONG' });
    const waiting = watched(c.broker('me').ping('peer', 60_000));
    await c.leave('me');
    expect(waiting).toEqual({ state: 'done', value: null });
    expect(c.cluster.get<NodeScheduler>('me', MOLECULER_SCHEDULER).pending).toBe(0);
    c.cluster.disconnect('peer');
    await expect(c.broker('peer').ping('me')).resolves.toBeNull();
  });

  it('raises $node.pong with what it learnt', async () => {
    const c = await pair();
    const heard: unknown[] = [];
    c.broker('me')
      .events('$node.pong')
      .subscribe(({ payload }) => heard.push(payload));
    await c.broker('me').ping('peer');
    expect(heard).toEqual([
      { nodeID: 'peer', elapsedTime: 0, timeDiff: 0, id: expect.any(String) as string },
    ]);
  });
});
