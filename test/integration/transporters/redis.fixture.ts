import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis6';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { RedisTransporter } from '../../../lib/transporters/redis/redis.transporter.js';
import type { IoRedis } from '../../../lib/transporters/redis/redis-clients.js';
import type { RedisTransporterOptions } from '../../../lib/transporters/redis/redis-options.js';
import { RecordingHost } from '../../support/recording-host.js';
import { startRedis, type RedisServer } from '../../support/redis-server.js';

export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Text, bytes that are no UTF-8, empty and large packets, alone and many a turn. */
const packet = (n: number): string | Buffer => {
  if (n % 997 === 0) return `${n}:${'x'.repeat(100_000)}`;
  if (n % 7 === 0) return Buffer.from([...Buffer.from(`${n}:`), 0xff, 0x00, 0x0d, 0x0a, n % 256]);
  return n % 11 === 0 ? `${n}:žluťoučký 🐎` : `${n}:`;
};

export const MAJORS = { 'ioredis 5': ioredis5, 'ioredis 6': ioredis6 } as unknown as Record<string, IoRedis>;

/** For the tests of one client: a Redis of their own, and transporters that are closed after each test. */
export function redisTransporters(ioredis: IoRedis) {
  let server: RedisServer;
  const made: RedisTransporter[] = [];

  beforeAll(async () => {
    server = await startRedis({
      acl: [
        'user noscript on >secret ~* &* +@all -eval -evalsha',
        'user narrow on >secret ~* resetchannels &open.* +@all',
      ],
    });
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    await Promise.all(made.splice(0).map((transporter) => transporter.disconnect()));
    await server.untilClients(0);
  });

  function make(options: RedisTransporterOptions = server.url) {
    const transporter = new RedisTransporter(options, () => Promise.resolve(ioredis));
    made.push(transporter);
    return { transporter, host: new RecordingHost(transporter) };
  }

  async function connected(options?: RedisTransporterOptions, topics = ['t.a', 't.b']) {
    const { transporter, host } = make(options);
    await transporter.connect();
    await transporter.subscribe(topics);
    return { transporter, host };
  }

  async function expectInOrder(options?: RedisTransporterOptions, count = 2000) {
    const { transporter, host } = await connected(options);
    for (let n = 0; n < count; n++) {
      transporter.send(n % 2 === 0 ? 't.a' : 't.b', packet(n));
      if (n % 300 === 0 || n % 41 < 2) await nextTurn();
    }
    await host.received(count);
    expect(host.messages.map((m) => m.topic)).toEqual(
      Array.from({ length: count }, (_, n) => (n % 2 ? 't.b' : 't.a')),
    );
    host.messages.forEach((m, n) => expect(m.data.equals(Buffer.from(packet(n)))).toBe(true));
    expect(host.errors).toEqual([]);
    expect(host.states).toEqual([]);
    return { transporter, host };
  }

  return { server: () => server, made, make, connected, expectInOrder };
}
