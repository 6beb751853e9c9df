import { afterEach, describe, expect, it, vi } from 'vitest';
import { Transit, Transporter } from '../../../lib/index.js';
import type { SimulatedTransporter } from '../../../lib/testing/network/simulated.transporter.js';
import { wireOf } from '../foreign.fixture.js';
import { hangs, type Life, lives, node } from '../life.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { watched } from '../testing/test-cluster.fixture.js';

const logs = recordLogs();
const start = lives(logs);
afterEach(() => vi.restoreAllMocks());

const options = { heartbeatInterval: 10, heartbeatTimeout: 30 };
/** So that silence would be noticed before it is known that it is ours. */
const impatient = { ...options, heartbeatTimeout: 21 };
const pair = async (transit = {}) => {
  const c = await start([node('me', { ...impatient, transit }), node('peer', options, hangs('far'))]);
  logs.lines.splice(0);
  return c;
};

const transporterOf = (c: Life) => c.cluster.get('me', Transporter) as SimulatedTransporter;

/** Counts how often `me` connects anew. */
const renewalsOf = (c: Life) => vi.spyOn(transporterOf(c), 'connect');

/** The connection of `me` stands, and carries nothing any more either way, until a new one is made. */
const die = (c: Life) => wireOf(c.cluster).leave(transporterOf(c));

describe('a connection that carries nothing any more', () => {
  it('is made anew after two heartbeats in vain; what waits ends, and nobody is blamed', async () => {
    const c = await pair();
    const renewals = renewalsOf(c);
    const changes = c.changesOf('me');
    const hanging = watched(c.broker('me').call('far.hang', {}, { timeout: 0 }));
    await c.cluster.advance(0);
    die(c);
    await c.cluster.advance(19_000);
    expect(renewals).not.toHaveBeenCalled();
    expect(hanging.state).toBe('pending');
    await c.cluster.advance(12_000);
    expect(hanging).toMatchObject({
      state: 'failed',
      value: {
        name: 'BrokerDisconnectedError',
        message: expect.stringContaining('may have run') as string,
      },
    });
    expect(renewals).toHaveBeenCalledTimes(1);
    expect(c.sees('me', 'peer')).toBe(true);
    expect(logs.texts('warn').filter((text) => text.includes('heartbeat'))).toHaveLength(1);
    await c.cluster.advance(2500);
    await expect(c.broker('me').call('far.get')).resolves.toBe('peer');
    expect(logs.texts('log').at(-1)).toContain('again');
    expect(changes.filter((change) => change.includes('disconnected'))).toEqual([]);
  });

  it('is not given up as long as anything comes', async () => {
    const c = await pair();
    const renewals = renewalsOf(c);
    // Nobody hears `me`, not even itself.
    vi.spyOn(transporterOf(c), 'send').mockImplementation(() => undefined);
    c.forget();
    await c.cluster.advance(108_000);
    expect(c.carried.filter(({ from }) => from === 'me')).toEqual([]);
    expect(renewals).not.toHaveBeenCalled();
    expect(c.sees('me', 'peer')).toBe(true);
  });

  it('does not make silence suspicious on a wire that never brings own packets back', async () => {
    const c = await start([node('me', options)]);
    await c.leave('me');
    const wire = wireOf(c.cluster);
    // It is alone, so that these would be the only ones.
    vi.spyOn(wire, 'publish').mockImplementation(() => undefined);
    const joins = vi.spyOn(wire, 'join');
    logs.lines.splice(0);
    await c.cluster.restart('me');
    await c.cluster.advance(200_000);
    expect(joins).toHaveBeenCalledTimes(1);
    expect(logs.texts('warn')).toEqual([]);
  });

  it('is kept where a lost one would not be tried again', async () => {
    const c = await pair({ disableReconnect: true });
    const renewals = renewalsOf(c);
    die(c);
    await c.cluster.advance(100_000);
    expect(renewals).not.toHaveBeenCalled();
    expect(c.cluster.get('me', Transit).connected).toBe(true);
  });
});
