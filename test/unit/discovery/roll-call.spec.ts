import { describe, expect, it } from 'vitest';
import type { MoleculerModuleOptions } from '../../../lib/index.js';
import { hangs, type Life, lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const logs = recordLogs();
const start = lives(logs);

const options = { heartbeatInterval: 10, heartbeatTimeout: 30 };
/** The others are not to ask of themselves, so that who asks is seen. */
const registry = { discoverer: { options: { refreshEvery: 0 } } };

const pair = (more: MoleculerModuleOptions = {}) =>
  start([node('me', { ...options, ...more }), node('peer', { ...options, registry }, hangs('far'))]);

/** `me` is cut off for a moment in which something happens. */
async function cutOff(c: Life, meanwhile: () => unknown): Promise<void> {
  c.cluster.disconnect('me');
  c.forget();
  await meanwhile();
  await c.cluster.advance(1000);
  c.cluster.reconnect('me');
  await c.cluster.advance(0);
}

/** How often `me` asked a node by name, whether that heard it or not. */
const asked = (c: Life, nodeID: string) =>
  c.carried.filter(({ type, from, target }) => type === 'DISCOVER' && from === 'me' && target === nodeID)
    .length;

/** `me` hears nothing of a node. */
const mute = (c: Life, nodeID: string) => c.cluster.drop({ from: nodeID });

describe('after the connection was away', () => {
  it('whoever does not answer three questions in 6 s is taken for gone, long before his silence would tell', async () => {
    const c = await pair();
    let silence!: ReturnType<typeof mute>;
    await cutOff(c, () => (silence = mute(c, 'peer')));
    const call = watched(c.broker('me').call('far.hang', {}, { timeout: 0 }));
    await c.cluster.advance(5500);
    expect(c.sees('me', 'peer')).toBe(true);
    expect(asked(c, 'peer')).toBe(2);
    await c.cluster.advance(600);
    expect(c.sees('me', 'peer')).toBe(false);
    expect(call).toMatchObject({ state: 'failed', value: { name: 'RequestRejectedError' } });
    expect(logs.texts('warn')).toHaveLength(2);
    silence.stop();
    await c.cluster.advance(10_500);
    expect(c.sees('me', 'peer')).toBe(true);
  });

  it('one that died meanwhile is noticed in the same time', async () => {
    const c = await pair();
    await cutOff(c, () => c.cluster.crash('peer'));
    await c.cluster.advance(6100);
    expect(c.sees('me', 'peer')).toBe(false);
  });

  it('one that answers late stays, and nobody else is asked by name', async () => {
    const quiet = { ...options, registry };
    const c = await start([node('me', { ...options, registry }), node('quick', quiet), node('late', quiet)]);
    let silence!: ReturnType<typeof mute>;
    await cutOff(c, () => (silence = mute(c, 'late')));
    await c.cluster.advance(3000);
    silence.stop();
    await c.cluster.advance(10_000);
    expect([asked(c, 'late'), asked(c, 'quick')]).toEqual([2, 0]);
    expect(c.seenBy('me')).toEqual(['late', 'quick']);
  });

  it('a heartbeat is answer enough, and goodbye as well', async () => {
    const fast = { heartbeatInterval: 1, heartbeatTimeout: 30, registry };
    const c = await start([
      node('me', { ...options, registry }),
      node('beating', fast),
      node('leaving', options),
    ]);
    await cutOff(c, () => c.cluster.drop({ to: 'me', type: 'INFO' }));
    await c.leave('leaving');
    await c.cluster.advance(10_000);
    expect([asked(c, 'beating'), asked(c, 'leaving')]).toEqual([0, 0]);
    expect(c.seenBy('me')).toEqual(['beating']);
  });

  it('nobody is taken for gone where silence is not judged', async () => {
    const c = await pair({ registry: { discoverer: { options: { disableHeartbeatChecks: true } } } });
    await cutOff(c, () => mute(c, 'peer'));
    await c.cluster.advance(60_000);
    expect(c.sees('me', 'peer')).toBe(true);
  });

  it('a node that does not beat does not begin to', async () => {
    const c = await pair({ heartbeatInterval: 0 });
    await cutOff(c, () => mute(c, 'peer'));
    await c.cluster.advance(60_000);
    expect(c.got('peer', 'HEARTBEAT', 'me')).toEqual([]);
    expect(asked(c, 'peer')).toBe(0);
  });

  it('another loss ends the questions, and the next return begins them anew', async () => {
    const c = await pair();
    await cutOff(c, () => mute(c, 'peer'));
    await c.cluster.advance(5000);
    c.cluster.disconnect('me');
    await c.cluster.advance(60_000);
    c.cluster.reconnect('me');
    await c.cluster.advance(5000);
    expect(c.sees('me', 'peer')).toBe(true);
    await c.cluster.advance(2000);
    expect(c.sees('me', 'peer')).toBe(false);
  });

  it('the node beats at once, and asks in the versions of those it knows', async () => {
    const c = await pair();
    await cutOff(c, () => undefined);
    expect(c.got('peer', 'HEARTBEAT', 'me')).toHaveLength(1);
    expect(c.got('peer', 'DISCOVER', 'me').map(({ ver }) => ver)).toEqual(['5']);
  });

  it('tells its own services that it is back', async () => {
    const c = await pair();
    const told: unknown[] = [];
    c.broker('me')
      .events('$transporter.connected')
      .subscribe(({ payload }) => told.push(payload));
    c.cluster.disconnect('me');
    c.cluster.reconnect('me');
    await c.cluster.advance(1000);
    expect(told).toEqual([{ wasReconnect: true }]);
  });
});
