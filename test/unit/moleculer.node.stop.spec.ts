import { describe, expect, it, vi } from 'vitest';
import { Transit } from '../../lib/index.js';
import { announced, eachCluster } from './cluster.fixture.js';
import { hangs, lives, node } from './life.fixture.js';
import { recordLogs } from './logs.fixture.js';
import { Scripted } from './moleculer.node.fixture.js';
import { watched } from './testing/test-cluster.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
const start = lives(logs);

describe('stop', () => {
  it('takes the services back, serves on for stopDelay, refuses, waits for what runs, says goodbye: in this order', async () => {
    let finish!: (value: string) => void;
    const work = {
      name: 'work',
      actions: { long: () => new Promise((resolve) => (finish = resolve)), quick: () => 'quick' },
    };
    const c = await start([node('me', { registry: { stopDelay: 100 } }, work), node('peer')]);
    const ask = (action: string) => watched(c.broker('peer').call(action, {}, { timeout: 0 }));
    const long = ask('work.long');
    await c.cluster.advance(0);
    c.forget();
    // What was under way when the services were taken back comes later than the word of it.
    const slow = c.cluster.delay('50ms', { from: 'peer', type: 'REQ' });
    const early = ask('work.quick');
    const stopping = watched(c.cluster.app('me').close());
    await c.cluster.advance(50);
    expect(c.got('peer', 'INFO', 'me').map((info) => info['services'])).toEqual([[]]);
    expect(early).toEqual({ state: 'done', value: 'quick' });
    slow.stop();
    // A node that has not heard of it asks on.
    await c.cluster.advance(100);
    c.cluster
      .get('peer', Transit)
      .sendPlain('REQ', 'me', { id: 'late', action: 'work.quick', params: {}, meta: {} });
    await c.cluster.advance(0);
    expect(c.got('peer', 'RES', 'me').at(-1)).toMatchObject({
      ...{ id: 'late', success: false },
      error: { name: 'ServiceNotAvailableError' },
    });
    await c.cluster.advance(2000);
    expect(c.got('peer', 'DISCONNECT')).toEqual([]);
    expect([long.state, stopping.state]).toEqual(['pending', 'pending']);
    finish('done');
    await c.cluster.advance(100);
    expect(long).toEqual({ state: 'done', value: 'done' });
    expect(stopping.state).toBe('done');
    expect(c.carried.filter(({ from }) => from === 'me').at(-1)?.type).toBe('DISCONNECT');
  });

  it('tells its own listeners, as Moleculer does: a connection that was lost before is not told of twice', async () => {
    const c = cluster();
    const told: [string, unknown][] = [];
    for (const cut of [false, true]) {
      const { broker, node, transporter } = await c.started({ nodeID: `me-${cut}` });
      for (const name of ['$transporter.disconnected', '$broker.stopped'])
        broker.events(name).subscribe(({ event, payload }) => told.push([event, payload]));
      if (cut) c.hub.cut(transporter);
      await c.until(node.stop());
      expect(told.splice(0)).toEqual([
        ['$transporter.disconnected', { graceFul: !cut }],
        ['$broker.stopped', {}],
      ]);
    }
  });

  it('does not wait longer than shutdownTimeout, and says what it left behind', async () => {
    const options = { tracking: { enabled: true, shutdownTimeout: 1000 } };
    const c = await start([node('me', options, hangs('work')), node('peer')]);
    const call = watched(c.broker('peer').call('work.hang', {}, { timeout: 0 }));
    await c.cluster.advance(0);
    const before = c.cluster.elapsed;
    await c.leave('me');
    expect(c.cluster.elapsed - before).toBeLessThan(1300);
    expect(call).toMatchObject({ state: 'failed', value: { name: 'RequestRejectedError' } });
    expect(logs.texts('warn')).toEqual([expect.stringContaining('1000')]);
  });

  it('waits for nothing with tracking off, nor for calls that said so', async () => {
    const c = cluster();
    const { broker, node } = await c.started({ tracking: { enabled: false } });
    await broker.createService({ name: 'work', actions: { never: () => new Promise(() => undefined) } });
    broker.call('work.never').catch(() => undefined);
    const before = c.scheduler.now();
    await c.until(node.stop(), 10);
    expect(c.scheduler.now() - before).toBeLessThan(200);
    const other = await c.started();
    await other.broker.createService({
      name: 'work',
      actions: { never: () => new Promise(() => undefined) },
    });
    other.broker.call('work.never', {}, { tracking: false }).catch(() => undefined);
    const then = c.scheduler.now();
    await c.until(other.node.stop(), 10);
    expect(c.scheduler.now() - then).toBeLessThan(200);
  });

  it('hears events of others until stopDelay is over; drain leaves local and outgoing calls working, close ends them', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { get: {} })];
    const { broker, node } = await c.started({ nodeID: 'me' });
    const heard: unknown[] = [];
    await broker.createService({
      name: 'here',
      actions: { get: () => 'here' },
      events: { tick: (ctx) => void heard.push(ctx.params) },
    });
    await c.advance(200);
    const draining = node.drain();
    const tick = (data: string) =>
      peer.send('EVENT', 'me', { event: 'tick', data, id: data, groups: ['here'], broadcast: false });
    tick('while draining');
    await c.until(draining);
    tick('drained');
    await c.settle();
    expect(heard).toEqual(['while draining']);
    await expect(broker.call('here.get')).resolves.toBe('here');
    await expect(c.until(broker.call('far.get'))).resolves.toBe('peer');
    await c.until(node.close());
    await expect(broker.call('far.get')).rejects.toMatchObject({ name: 'BrokerDisconnectedError' });
    await expect(broker.call('here.get')).resolves.toBe('here');
  });

  it('leaves no timer, no pending call, no deadline and no work behind', async () => {
    const c = cluster();
    const peer = c.peer('peer').behave();
    peer.services = [announced('far', { hang: {} })];
    const { broker, node } = await c.started({ nodeID: 'me', heartbeatInterval: 2, heartbeatTimeout: 6 });
    peer.onPacket = () => undefined;
    await broker.createService({
      name: 'here',
      actions: { slow: () => new Promise(() => undefined) },
      dependencies: 'nowhere',
    });
    const stream = vi.fn();
    broker.events('x').subscribe({ complete: stream });
    const outcomes = [
      broker.call('far.hang'),
      broker.call('far.hang', {}, { timeout: 0 }),
      broker.waitForServices('no', 0),
    ];
    broker.call('here.slow', {}, { tracking: false }).catch(() => undefined);
    const errors = outcomes.map((outcome) => outcome.catch((error: unknown) => error));
    await c.advance(3000);
    await c.until(node.stop());
    await c.settle();
    expect(c.scheduler.pending).toBe(0);
    const { requester, deadlines, remoteWork } = broker.parts;
    expect([requester.pending.size, deadlines.size, remoteWork.count]).toEqual([0, 0, 0]);
    expect(stream).toHaveBeenCalled();
    await expect(errors[0]).resolves.toMatchObject({
      name: 'BrokerDisconnectedError',
      message: expect.stringContaining('may have run') as string,
    });
    await expect(errors[1]).resolves.toMatchObject({ name: 'BrokerDisconnectedError' });
    await expect(errors[2]).resolves.toMatchObject({ type: 'WAITFOR_SERVICES' });
  });

  it('is done once, whoever asks', async () => {
    const c = cluster();
    const { broker, node } = await c.started();
    expect(node.stop()).toBe(node.stop());
    await c.until(broker.stop());
    expect(logs.texts('log').filter((text) => text.includes('stopped'))).toHaveLength(1);
  });

  it('before a start, and while starting where nothing answers, does not hang', async () => {
    const c = cluster();
    await c.until(c.node().node.stop());
    const transporter = new Scripted();
    transporter.connect.mockImplementation(() => new Promise(() => undefined));
    const { broker, node } = c.node({ transporter, transit: { connectTimeout: 5000 } });
    const starting = node.start();
    await c.advance(100);
    const before = c.scheduler.now();
    await c.until(node.stop());
    await starting;
    expect(c.scheduler.now() - before).toBeLessThan(200);
    await expect(broker.ready).rejects.toMatchObject({ type: 'BROKER_STOPPED' });
    expect(transporter.disconnect).toHaveBeenCalled();
  });

  it('in the middle of joining leaves no timer', async () => {
    const c = cluster();
    c.peer('silent');
    const { node } = c.node({ heartbeatInterval: 2, heartbeatTimeout: 6 });
    const starting = node.start();
    await c.advance(100);
    await c.until(node.stop());
    await starting;
    await c.advance(1000);
    expect(c.scheduler.pending).toBe(0);
  });

  it('while the transporter still counts who is there leaves no timer either', async () => {
    const c = cluster();
    const transporter = new Scripted();
    let counted: ((count: number) => void) | undefined;
    transporter.countSubscribers = (topic) =>
      topic.endsWith('DISCOVER') ? new Promise((resolve) => (counted = resolve)) : Promise.resolve(0);
    const { node } = c.node({ transporter, heartbeatInterval: 2, heartbeatTimeout: 6 });
    const starting = node.start();
    await c.advance(100);
    await c.until(node.stop());
    counted?.(5);
    await starting;
    await c.advance(1000);
    expect(counted).toBeDefined();
    expect(c.scheduler.pending).toBe(0);
  });

  it('closes connections and timers although nothing can be written any more', async () => {
    const c = cluster();
    const transporter = new Scripted();
    const { broker, node, transit } = c.node({ transporter });
    await c.until(node.start());
    await broker.createService({ name: 's', actions: { go: () => 1 } });
    await c.advance(200);
    vi.spyOn(transit.writer, 'plain').mockImplementation(() => {
      throw new Error('cannot be written');
    });
    // Nest does not go on with its hooks where one rejects: the connection would stay.
    await expect(c.until(node.drain())).resolves.toBeUndefined();
    await c.until(node.stop());
    expect(transporter.disconnect).toHaveBeenCalled();
    expect(logs.texts('warn').join()).toContain('the INFO packet could not be written: cannot be written');
    expect(logs.texts('error')).toHaveLength(1);
    expect(c.scheduler.pending).toBe(0);
  });

  it('ends although the transporter fails to close', async () => {
    const c = cluster();
    const transporter = new Scripted();
    transporter.disconnect.mockRejectedValue(new Error('stuck'));
    const { broker, node } = c.node({ transporter });
    await c.until(node.start());
    await c.until(node.stop());
    expect(logs.texts('error')).toHaveLength(1);
    const completed = vi.fn();
    broker.registry.changes().subscribe({ complete: completed });
    expect(completed).toHaveBeenCalled();
  });
});
