import { describe, expect, it } from 'vitest';
import { announced, eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const MINUTE = 60_000;

describe('joining', () => {
  it('a node alone on a wire that can count starts at once', async () => {
    const c = cluster();
    const node = c.node();
    const before = c.scheduler.now();
    await c.until(node.node.start(), 1);
    expect(c.scheduler.now() - before).toBeLessThan(50);
  });

  it('waits for the answers that are due and no longer', async () => {
    const c = cluster();
    await c.started({ nodeID: 'a' });
    await c.started({ nodeID: 'b' });
    const before = c.scheduler.now();
    const late = c.node({ nodeID: 'late' });
    await c.until(late.node.start(), 1);
    expect(c.scheduler.now() - before).toBeLessThan(50);
    expect(
      late.registry
        .nodes({ onlyAvailable: true })
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['a', 'b', 'late']);
  });

  it('waits 500 ms for one that does not answer, then starts without', async () => {
    const c = cluster();
    c.peer('silent');
    const before = c.scheduler.now();
    await c.until(c.node().node.start(), 10);
    expect(c.scheduler.now() - before).toBeGreaterThanOrEqual(500);
    expect(c.scheduler.now() - before).toBeLessThan(550);
  });

  it('announces itself once even without services, and says what it is', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    await c.started({ nodeID: 'me', metadata: { zone: 'x' }, internalServices: false });
    await c.settle();
    const info = peer.got('INFO', 'me').at(-1);
    expect(info).toMatchObject({ services: [], config: {}, metadata: { zone: 'x' }, seq: 1, ver: '5' });
    expect(info).toHaveProperty('instanceID');
    expect(Object.keys(info ?? {}).sort()).toEqual(
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
    const c = cluster();
    const peer = c.peer('peer').behave();
    await c.started({ nodeID: 'me' });
    peer.forget();
    peer.send('DISCOVER', undefined, {});
    peer.send('DISCOVER', 'me', {});
    peer.send('PING', 'me', { time: 123, id: 'ping-1' });
    peer.send('PING', undefined, { time: 5 });
    await c.settle();
    expect(peer.heard.filter(({ type, target }) => type === 'INFO' && target === 'peer')).toHaveLength(2);
    expect(peer.got('PONG')).toEqual([
      { time: 123, id: 'ping-1', arrived: c.scheduler.now(), ver: '5', sender: 'me' },
      { time: 5, id: null, arrived: c.scheduler.now(), ver: '5', sender: 'me' },
    ]);
  });
});

describe('heartbeats', () => {
  it('go out every interval with the jitter of this node, exactly { cpu }', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    await c.started({ nodeID: 'me', heartbeatInterval: 10, heartbeatTimeout: 30 }, { random: () => 1 });
    peer.forget();
    await c.advance(10_400);
    expect(peer.got('HEARTBEAT')).toEqual([]);
    await c.advance(200);
    expect(peer.got('HEARTBEAT')).toEqual([{ cpu: 42, ver: '5', sender: 'me' }]);
    await c.advance(10 * 10_500);
    expect(peer.got('HEARTBEAT')).toHaveLength(11);
  });

  it('tell us our own CPU as well', async () => {
    const c = cluster();
    const { registry } = await c.started({ nodeID: 'me', heartbeatInterval: 1, heartbeatTimeout: 3 });
    await c.advance(1500);
    expect(registry.nodes().find(({ id }) => id === 'me')).toMatchObject({ cpu: 42 });
  });

  it('go out without a number where the CPU cannot be measured', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    c.machine.cpu = () => Promise.reject(new Error('no'));
    await c.started({ nodeID: 'me', heartbeatInterval: 1, heartbeatTimeout: 3 });
    await c.advance(1500);
    expect(peer.got('HEARTBEAT')[0]).toMatchObject({ cpu: null });
  });

  it('with interval 0 nobody beats and nobody is missed', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    const { registry } = await c.started({ nodeID: 'me', heartbeatInterval: 0 });
    await c.advance(60 * MINUTE);
    expect(peer.got('HEARTBEAT')).toEqual([]);
    expect(registry.node('peer')?.available).toBe(true);
  });
});

describe('a node that falls silent', () => {
  const options = { nodeID: 'me', heartbeatInterval: 2, heartbeatTimeout: 6 };

  it('is offline after the timeout, not before; its calls are rejected, its actions unavailable, it is listed still', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { get: {}, hang: {} })];
    const { broker, registry } = await c.started(options);
    peer.onPacket = () => undefined;
    const hanging = broker.call('far.hang', {}, { timeout: 0 });
    const outcome = hanging.catch((error: unknown) => error);
    await c.advance(5900);
    expect(registry.node('peer')?.available).toBe(true);
    await c.advance(2200);
    expect(registry.node('peer')?.available).toBe(false);
    await expect(outcome).resolves.toMatchObject({
      name: 'RequestRejectedError',
      data: { action: 'far.hang', nodeID: 'peer' },
    });
    expect(registry.nodes().map(({ id, available }) => [id, available])).toContainEqual(['peer', false]);
    expect(registry.nodes({ onlyAvailable: true }).map(({ id }) => id)).toEqual(['me']);
    await expect(broker.call('far.get')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
    expect(broker.parts.requester.pending.size).toBe(0);
    expect(logs.texts('warn')).toHaveLength(1);
  });

  it('stays as long as its heartbeats come, for hours; INFO alone does not keep it', async () => {
    const c = cluster();
    const beating = c.peer('beating').behave();
    const talking = c.peer('talking').behave();
    const { registry } = await c.started(options);
    const lost: string[] = [];
    registry.changes().subscribe(({ type, node }) => type === 'node.disconnected' && lost.push(node.id));
    const beats = c.scheduler.schedule(function () {
      beating.send('HEARTBEAT', undefined, { cpu: 7 });
      talking.info();
      this.schedule(undefined, 2000);
    }, 2000);
    await c.advance(10_000);
    expect(lost).toEqual(['talking']);
    talking.leave();
    await c.advance(60 * MINUTE);
    beats.unsubscribe();
    expect(registry.node('beating')).toMatchObject({ available: true, cpu: 7 });
  });

  it('is asked who it is when it beats again, and is back with its INFO alone', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { get: {} })];
    const { broker, registry } = await c.started(options);
    peer.onPacket = () => undefined;
    await c.advance(9000);
    expect(registry.node('peer')?.available).toBe(false);
    peer.forget();
    peer.send('HEARTBEAT', undefined, { cpu: 1 });
    await c.settle();
    expect(registry.node('peer')?.available).toBe(false);
    expect(peer.got('DISCOVER')).toHaveLength(1);
    peer.behave();
    peer.info('me');
    await c.settle();
    expect(registry.node('peer')?.available).toBe(true);
    await expect(c.until(broker.call('far.get'))).resolves.toBe('peer');
  });

  it('is forgotten after cleanOfflineNodesTimeout, and nothing is left of it', async () => {
    const c = cluster();
    const peer = c.peer('peer', '4').behave();
    peer.services = [announced('far', { get: {} })];
    const { broker, registry, transit } = await c.started(options);
    peer.leave();
    await c.advance(9 * MINUTE);
    expect(registry.node('peer')).toBeDefined();
    expect(transit.versions.inUse().map(({ ver }) => ver)).toEqual(['4']);
    await c.advance(1.5 * MINUTE);
    expect(registry.node('peer')).toBeUndefined();
    expect(registry.stats()).toMatchObject({ nodes: 1, shapes: 0 });
    expect(transit.versions.inUse().map(({ ver }) => ver)).toEqual(['5']);
    await expect(broker.call('far.get')).rejects.toMatchObject({ name: 'ServiceNotAvailableError' });
  });

  it.each([60, -60])(
    'is missed in its time, not otherwise, when the clock jumps by %i min',
    async (minutes) => {
      const c = cluster();
      const peer = c.peer('peer').behave();
      const { registry } = await c.started(options);
      const now = c.scheduler.now.bind(c.scheduler);
      c.scheduler.now = () => now() + minutes * MINUTE;
      for (let i = 0; i < 4; i++) {
        await c.advance(2000);
        peer.send('HEARTBEAT', undefined, { cpu: 1 });
        await c.settle();
      }
      expect(registry.node('peer')?.available).toBe(true);
      await c.advance(9000);
      expect(registry.node('peer')?.available).toBe(false);
    },
  );

  it('is forgiven if it was this process that stood still', async () => {
    const c = cluster();
    c.peer('peer').behave();
    const { registry } = await c.started(options);
    // No timer runs, then all at once, as after SIGSTOP and SIGCONT.
    const now = c.scheduler.now.bind(c.scheduler);
    c.scheduler.now = () => now() + 60 * MINUTE;
    await c.advance(2100);
    expect(registry.node('peer')?.available).toBe(true);
    await c.advance(9000);
    expect(registry.node('peer')?.available).toBe(false);
  });
});

describe('a node that leaves', () => {
  it('is offline at once and expectedly; calls to it are rejected', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { hang: {} })];
    const { broker, registry } = await c.started({ nodeID: 'me' });
    const changes: string[] = [];
    registry
      .changes()
      .subscribe((change) => changes.push(`${change.type} ${change.unexpected ?? ''}`.trim()));
    peer.onPacket = () => undefined;
    const outcome = broker.call('far.hang').catch((error: unknown) => error);
    peer.send('DISCONNECT', undefined, {});
    await c.settle();
    expect(registry.node('peer')?.available).toBe(false);
    expect(changes).toContain('node.disconnected false');
    await expect(outcome).resolves.toMatchObject({ name: 'RequestRejectedError' });
    expect(logs.texts('warn')).toEqual([]);
  });
});
