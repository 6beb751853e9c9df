import type { SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MOLECULER_MACHINE, MOLECULER_SCHEDULER, Transit } from '../../../lib/index.js';
import type { Machine } from '../../../lib/time/sources.js';
import { BEATS, hangs, type Life, lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const logs = recordLogs();
const start = lives(logs);
const MINUTE = 60_000;

describe('joining', () => {
  it('a node alone on a wire that can count starts at once', async () => {
    const c = await start([node('alone')]);
    expect(await c.timeToJoin('alone')).toBeLessThan(50);
  });

  it('waits for the answers that are due and no longer', async () => {
    const c = await start([node('a'), node('b'), node('late')]);
    let seen: string[] = [];
    c.cluster.eachBroker(
      (broker) =>
        void broker.ready.then(
          () => (seen = broker.registry.nodes({ onlyAvailable: true }).map(({ id }) => id)),
        ),
    );
    expect(await c.timeToJoin('late')).toBeLessThan(50);
    expect(seen.sort()).toEqual(['a', 'b', 'late']);
  });

  it('waits 500 ms for one that does not answer, then starts without', async () => {
    const c = await start([node('me'), node('silent')]);
    c.cluster.drop({ from: 'silent' });
    const took = await c.timeToJoin('me');
    expect(took).toBeGreaterThanOrEqual(500);
    expect(took).toBeLessThan(550);
    expect(c.seenBy('me')).toEqual([]);
  });

  it('announces itself once even without services, and says what it is', async () => {
    const c = await start([node('me', { metadata: { zone: 'x' }, internalServices: false }), node('peer')]);
    const told = c.heard('peer', 'INFO', 'me').filter(({ target }) => target === undefined);
    expect(told).toHaveLength(1);
    const info = told[0]!.packet;
    expect(info).toMatchObject({ services: [], config: {}, metadata: { zone: 'x' }, seq: 1, ver: '5' });
    expect(Object.keys(info).sort()).toEqual(
      [
        'services',
        'ipList',
        'hostname',
        'client',
        'config',
        'instanceID',
        'metadata',
        'seq',
        'ver',
        'sender',
      ].sort(),
    );
  });

  it('answers DISCOVER of one node and of all with INFO to that node, and PING with PONG', async () => {
    const c = await start([node('me'), node('peer')]);
    c.forget();
    await c.ask('peer');
    await c.ask('peer', 'me');
    const transit = c.cluster.get('peer', Transit);
    transit.sendPlain('PING', 'me', { time: 123, id: 'ping-1' });
    transit.broadcastPlain('PING', { time: 5 });
    await c.cluster.advance(0);
    expect(c.heard('peer', 'INFO').map(({ target }) => target)).toEqual(['peer', 'peer']);
    const arrived = c.cluster.get<SchedulerLike>('me', MOLECULER_SCHEDULER).now();
    expect(c.got('peer', 'PONG')).toEqual([
      { time: 123, id: 'ping-1', arrived, ver: '5', sender: 'me' },
      { time: 5, id: null, arrived, ver: '5', sender: 'me' },
    ]);
  });
});

/** ms between the heartbeats of a node, as `by` heard them. */
const gaps = (c: Life, by: string, of: string): number[] => {
  const times = c.heard(by, 'HEARTBEAT', of).map(({ at }) => at);
  return times.slice(1).map((at, i) => Math.round(at - times[i]!));
};

describe('heartbeats', () => {
  it('go out every interval with the jitter of this node, exactly { cpu }', async () => {
    const beats = { heartbeatInterval: 10, heartbeatTimeout: 30 };
    const c = await start([node('a', beats), node('b', beats), node('peer', beats)]);
    await c.cluster.advance(2 * MINUTE);
    const [a, b] = [gaps(c, 'peer', 'a'), gaps(c, 'peer', 'b')];
    for (const own of [a, b]) {
      expect(own.length).toBeGreaterThan(9);
      expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
      expect(Math.abs(own[0]! - 10_000)).toBeLessThanOrEqual(500);
    }
    expect(a[0]).not.toBe(b[0]);
    const [beat] = c.got('peer', 'HEARTBEAT', 'a');
    expect(beat).toEqual({ cpu: 10, ver: '5', sender: 'a' });
  });

  it('tell us our own CPU as well', async () => {
    const c = await start([node('me', { heartbeatInterval: 1, heartbeatTimeout: 3 })]);
    await c.cluster.advance(1500);
    expect(c.registry('me').nodes()).toMatchObject([{ id: 'me', cpu: 10 }]);
  });

  it('go out without a number where the CPU cannot be measured', async () => {
    const c = await start([node('me', BEATS), node('peer', BEATS)]);
    c.cluster.get<Machine>('me', MOLECULER_MACHINE).cpu = () => Promise.reject(new Error('no'));
    await c.cluster.advance(3000);
    expect(c.got('peer', 'HEARTBEAT', 'me').at(-1)).toMatchObject({ cpu: null });
  });

  it('with interval 0 nobody beats and nobody is missed', async () => {
    const c = await start([node('me', { heartbeatInterval: 0 }), node('peer', BEATS)]);
    await c.cluster.crash('peer');
    await c.cluster.advance(60 * MINUTE);
    expect(c.carried.filter(({ type, from }) => type === 'HEARTBEAT' && from === 'me')).toEqual([]);
    expect(c.sees('me', 'peer')).toBe(true);
  });
});

/** Moves time on until `me` hears the next heartbeat of `peer`. */
async function untilBeat(c: Life): Promise<void> {
  const before = c.heard('me', 'HEARTBEAT', 'peer').length;
  while (c.heard('me', 'HEARTBEAT', 'peer').length === before) await c.cluster.advance(10);
}

describe('a node that falls silent', () => {
  const pair = () => start([node('me', BEATS), node('peer', BEATS, hangs('far'))]);

  it('is offline after the timeout, not before; its calls are rejected, its actions unavailable, it is listed still', async () => {
    const c = await pair();
    const { broker, registry } = { broker: c.broker('me'), registry: c.registry('me') };
    const hanging = watched(broker.call('far.hang', {}, { timeout: 0 }));
    await untilBeat(c);
    c.cluster.drop({ from: 'peer' });
    await c.cluster.advance(5900);
    expect(c.sees('me', 'peer')).toBe(true);
    await c.cluster.advance(2200);
    expect(c.sees('me', 'peer')).toBe(false);
    expect(hanging).toMatchObject({
      state: 'failed',
      value: { name: 'RequestRejectedError', data: { action: 'far.hang', nodeID: 'peer' } },
    });
    expect(registry.nodes().map(({ id, available }) => [id, available])).toContainEqual(['peer', false]);
    expect(registry.nodes({ onlyAvailable: true }).map(({ id }) => id)).toEqual(['me']);
    await expect(broker.call('far.get')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
    expect(broker.parts.requester.pending.size).toBe(0);
    expect(logs.texts('warn')).toHaveLength(1);
  });

  it('stays as long as its heartbeats come, for hours; INFO alone does not keep it', async () => {
    const c = await start([node('me', BEATS), node('beating', BEATS), node('talking', BEATS)]);
    const changes = c.changesOf('me');
    const lost = () => changes.filter((change) => change.startsWith('node.disconnected'));
    c.cluster.drop({ from: 'talking', type: 'HEARTBEAT' });
    c.forget();
    for (let i = 0; i < 4; i++) {
      await c.create('talking', { name: `talk-${i}` });
      await c.cluster.advance(2000);
    }
    expect(c.got('me', 'INFO', 'talking').length).toBeGreaterThanOrEqual(3);
    expect(lost()).toEqual(['node.disconnected talking unexpected']);
    await c.cluster.crash('talking');
    await c.cluster.advance(60 * MINUTE);
    expect(lost().filter((change) => change.includes('beating'))).toEqual([]);
    expect(c.registry('me').node('beating')).toMatchObject({ available: true, cpu: 10 });
  });

  it('is asked who it is when it beats again, and is back with its INFO alone', async () => {
    const c = await pair();
    const silence = c.cluster.drop({ from: 'peer' });
    await c.cluster.advance(9000);
    expect(c.sees('me', 'peer')).toBe(false);
    silence.stop();
    const answers = c.cluster.drop({ from: 'peer', type: 'INFO' });
    c.forget();
    await untilBeat(c);
    expect(c.sees('me', 'peer')).toBe(false);
    expect(c.heard('peer', 'DISCOVER', 'me').map(({ target }) => target)).toEqual(['peer']);
    answers.stop();
    await untilBeat(c);
    expect(c.sees('me', 'peer')).toBe(true);
    await expect(c.broker('me').call('far.get')).resolves.toBe('peer');
  });

  it('is forgotten after cleanOfflineNodesTimeout, and nothing is left of it', async () => {
    const c = await start([
      node('me', BEATS),
      node('peer', { ...BEATS, protocolVersion: '4' }, hangs('far')),
    ]);
    const { registry } = c.broker('me');
    const { versions } = c.cluster.get('me', Transit);
    await c.cluster.crash('peer');
    await c.cluster.advance(9 * MINUTE);
    expect(registry.node('peer')).toMatchObject({ available: false });
    expect(versions.inUse().map(({ ver }) => ver)).toEqual(['4']);
    await c.cluster.advance(1.5 * MINUTE);
    expect(registry.node('peer')).toBeUndefined();
    expect(registry.stats()).toMatchObject({ nodes: 1, shapes: 0 });
    expect(versions.inUse().map(({ ver }) => ver)).toEqual(['5']);
    await expect(c.broker('me').call('far.get')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
  });

  /** Puts the clock of `me` forwards or back. */
  const jump = (c: Life, minutes: number): void => {
    const clock = c.cluster.get<SchedulerLike>('me', MOLECULER_SCHEDULER);
    const now = clock.now.bind(clock);
    clock.now = () => now() + minutes * MINUTE;
  };

  it.each([60, -60])(
    'is missed in its time, not otherwise, when the clock jumps by %i min',
    async (minutes) => {
      const c = await pair();
      const changes = c.changesOf('me');
      jump(c, minutes);
      await c.cluster.advance(9000);
      expect(changes).toEqual([]);
      c.cluster.drop({ from: 'peer', type: 'HEARTBEAT' });
      await c.cluster.advance(9000);
      expect(c.sees('me', 'peer')).toBe(false);
    },
  );

  it('is forgiven if it was this process that stood still', async () => {
    const c = await pair();
    c.cluster.drop({ from: 'peer', type: 'HEARTBEAT' });
    // No timer runs, then all at once, as after SIGSTOP and SIGCONT.
    jump(c, 60);
    await c.cluster.advance(2100);
    expect(c.sees('me', 'peer')).toBe(true);
    await c.cluster.advance(9000);
    expect(c.sees('me', 'peer')).toBe(false);
  });
});

describe('a node that leaves', () => {
  it('is offline at once and expectedly; calls to it are rejected', async () => {
    const c = await start([node('me'), node('peer', { tracking: { shutdownTimeout: 100 } }, hangs('far'))]);
    const changes = c.changesOf('me');
    const hanging = watched(c.broker('me').call('far.hang'));
    await c.leave('peer');
    expect(c.sees('me', 'peer')).toBe(false);
    expect(changes).toContain('node.disconnected peer');
    expect(hanging).toMatchObject({ state: 'failed', value: { name: 'RequestRejectedError' } });
    expect(logs.texts('warn').filter((text) => text.includes("'peer'"))).toEqual([]);
  });
});
