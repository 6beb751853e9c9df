import { afterEach, describe, expect, it } from 'vitest';
import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis6';
import { RedisTransporter } from '../../../lib/transporters/redis/redis.transporter.js';
import type { IoRedis } from '../../../lib/transporters/redis/redis-clients.js';
import { RecordingHost } from '../../support/recording-host.js';
import { startSentinel, type RedisSentinel } from '../../support/redis-sentinel.js';
import { waitUntil } from '../../support/wait-until.js';

const MAJORS = { 'ioredis 5': ioredis5, 'ioredis 6': ioredis6 } as unknown as Record<string, IoRedis>;

describe.each(Object.entries(MAJORS))('RedisTransporter through Sentinel on %s', (_name, ioredis) => {
  let servers: RedisSentinel;
  let transporter: RedisTransporter;

  afterEach(async () => {
    await transporter.disconnect();
    await servers.stop();
  });

  it('follows the master to another machine', async () => {
    servers = await startSentinel();
    transporter = new RedisTransporter(servers.options, () => Promise.resolve(ioredis));
    const host = new RecordingHost(transporter);
    // Lost again meanwhile, the next 'up' subscribes.
    host.onUp = () =>
      void transporter.subscribe(['t']).then(
        () => transporter.send('t', 'back'),
        () => undefined,
      );
    await transporter.connect();
    await transporter.subscribe(['t']);
    for (let n = 0; n < 500; n++) transporter.send('t', `${n}`);
    await host.received(500);
    expect(await servers.master.clients()).toBeGreaterThanOrEqual(2);

    await servers.master.kill();
    // A Sentinel that a loaded machine lets wait does nothing for 30 s.
    const isBack = () => host.texts().includes('back') && host.states.at(-1) === 'up';
    await waitUntil('the return', isBack, { timeout: 120_000 });
    expect(host.texts().slice(0, 500)).toEqual(Array.from({ length: 500 }, (_, n) => `${n}`));
    expect(host.states[0]).toBe('down');
    expect(String(await servers.replica.admin().info('replication'))).toContain('role:master');
    expect(await servers.replica.clients()).toBeGreaterThanOrEqual(2);
    const losses = host.states.filter((state) => state === 'down').length;
    expect(host.errors.length).toBeLessThanOrEqual(2 * losses); // each reason once
  });
});
