import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis6';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RedisTransporter } from '../../../lib/transporters/redis/redis.transporter.js';
import type { IoRedis } from '../../../lib/transporters/redis/redis-clients.js';
import type { RedisTransporterOptions } from '../../../lib/transporters/redis/redis-options.js';
import { RecordingHost } from '../../support/recording-host.js';
import { startRedis, type RedisServer } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Text, bytes that are no UTF-8, empty and large packets, alone and many a turn. */
const packet = (n: number): string | Buffer => {
  if (n % 997 === 0) return `${n}:${'x'.repeat(100_000)}`;
  if (n % 7 === 0) return Buffer.from([...Buffer.from(`${n}:`), 0xff, 0x00, 0x0d, 0x0a, n % 256]);
  return n % 11 === 0 ? `${n}:žluťoučký 🐎` : `${n}:`;
};

const MAJORS = { 'ioredis 5': ioredis5, 'ioredis 6': ioredis6 } as unknown as Record<string, IoRedis>;

describe.each(Object.entries(MAJORS))('RedisTransporter on %s', (_name, ioredis) => {
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
    await waitUntil('no client left', async () => (await server.clients()) === 0);
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

  it('delivers 10,000 mixed packets in order and unharmed', async () => {
    await expectInOrder(undefined, 10_000);
  });

  it('uses two connections', async () => {
    await connected();
    expect(await server.clients()).toBe(2);
  });

  it('publishes what one turn sends as one command', async () => {
    const { transporter, host } = await connected();
    await server.admin().config('RESETSTAT');
    for (let n = 0; n < 100; n++) transporter.send('t.a', `${n}`);
    await host.received(100);
    const stats = await server.admin().info('commandstats');
    expect(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1]).toBe('1');
  });

  it('delivers to topics beyond ASCII', async () => {
    const { transporter, host } = await connected(undefined, ['MOL.REQ.žirafa-🦒']);
    transporter.send('MOL.REQ.žirafa-🦒', 'hello');
    await host.received(1);
    expect(host.messages[0]!.topic).toBe('MOL.REQ.žirafa-🦒');
  });

  it('keeps order across SCRIPT FLUSH', async () => {
    const { transporter, host } = await connected();
    for (let n = 0; n < 3000; n++) {
      transporter.send('t.a', `${n}`);
      if (n % 50 === 0) await nextTurn();
      if (n % 500 === 0) await server.admin().script('FLUSH');
    }
    await host.received(3000);
    expect(host.texts()).toEqual(Array.from({ length: 3000 }, (_, n) => `${n}`));
    expect(host.errors).toEqual([]);
  });

  it('publishes packet by packet, in order, where an ACL forbids scripts', async () => {
    await expectInOrder({ host: '127.0.0.1', port: server.port, username: 'noscript', password: 'secret' });
  });

  it('publishes on when scripts are forbidden later', async () => {
    await server.admin().call('ACL', 'SETUSER', 'changing', 'on', '>secret', '~*', '&*', '+@all');
    const options = { host: '127.0.0.1', port: server.port, username: 'changing', password: 'secret' };
    const { transporter, host } = await connected(options);
    for (let n = 0; n < 2000; n++) {
      transporter.send('t.a', `${n}`);
      if (n % 20 === 0) await nextTurn();
      if (n === 1000) {
        await host.received(1001);
        await server.admin().call('ACL', 'SETUSER', 'changing', '-eval');
      }
    }
    await host.received(2000);
    expect(host.texts()).toEqual(Array.from({ length: 2000 }, (_, n) => `${n}`));
    expect(host.errors).toEqual([]);
  });

  it('delivers the other packets of a turn when an ACL forbids one topic, and says so once', async () => {
    const { host: listener } = await connected(undefined, ['open.a', 'shut.a']);
    const options = { host: '127.0.0.1', port: server.port, username: 'narrow', password: 'secret' };
    const { transporter, host } = await connected(options, ['open.b']);
    for (let n = 0; n < 300; n++) {
      transporter.send(n % 3 === 0 ? 'shut.a' : 'open.a', `${n}`);
      if (n % 50 === 0) await nextTurn();
    }
    const allowed = Array.from({ length: 300 }, (_, n) => `${n}`).filter((_, n) => n % 3 !== 0);
    await listener.received(allowed.length);
    await waitUntil('the refusal', () => host.errors.length > 0);
    expect(listener.texts()).toEqual(allowed);
    expect(host.states).toEqual([]);
    expect(host.errors.length).toBeLessThanOrEqual(2);
    expect(host.errors[0]!.message).toMatch(/permission|channel|access/i);
  });

  it('counts the subscribers of a topic', async () => {
    const { transporter } = await connected(undefined, ['t.count']);
    await connected(undefined, ['t.count']);
    expect(await transporter.countSubscribers('t.count')).toBe(2);
    expect(await transporter.countSubscribers('t.nobody')).toBe(0);
  });

  it('counts after all that was sent before has gone out', async () => {
    const { transporter, host } = await connected();
    const monitor = await server.admin().monitor();
    const commands: string[] = [];
    monitor.on('monitor', (_time: string, [name]: string[], source: string) => {
      if (source !== 'lua' && ['eval', 'pubsub'].includes(name!.toLowerCase())) commands.push(name!);
    });
    for (const text of ['1', '2']) transporter.send('t.a', text);
    await transporter.countSubscribers('t.a');
    await host.received(2);
    await waitUntil('both commands', () => commands.length === 2);
    monitor.disconnect();
    expect(commands).toEqual(['eval', 'pubsub']);
  });

  it('ends a subscription', async () => {
    const { transporter, host } = await connected();
    await transporter.unsubscribe(['t.a']);
    expect(['t.a', 't.b'].map((topic) => transporter.isSubscribed(topic))).toEqual([false, true]);
    expect(await transporter.countSubscribers('t.a')).toBe(0);
    transporter.send('t.a', '1');
    transporter.send('t.b', '2');
    await host.received(1);
    expect(host.texts()).toEqual(['2']);
  });

  it.each([
    ['NORMAL', true],
    ['PUBSUB', false],
  ])('knows whether subscriptions outlived the loss of a %s connection', async (type, outlived) => {
    const { transporter, host } = await connected();
    await server.admin().client('KILL', 'TYPE', type, 'SKIPME', 'YES');
    await waitUntil('the return', () => host.states.length === 2);
    expect(transporter.isSubscribed('t.a')).toBe(outlived);
    expect(await transporter.countSubscribers('t.a')).toBe(outlived ? 1 : 0);
  });

  it('hands what was sent just before disconnect to Redis', async () => {
    const { host } = await connected();
    const { transporter } = await connected();
    for (let n = 0; n < 700; n++) transporter.send('t.a', `${n}`);
    await transporter.disconnect();
    await host.received(700);
    expect(host.texts()).toEqual(Array.from({ length: 700 }, (_, n) => `${n}`));
  });

  it('hands over what a refused script held back before disconnect', async () => {
    const { host } = await connected();
    const options = { host: '127.0.0.1', port: server.port, username: 'noscript', password: 'secret' };
    const { transporter } = await connected(options);
    for (let n = 0; n < 700; n++) transporter.send('t.a', `${n}`);
    await transporter.disconnect();
    await host.received(700);
    expect(host.texts()).toEqual(Array.from({ length: 700 }, (_, n) => `${n}`));
  });

  it('can be disconnected twice, and connected again', async () => {
    const { transporter, host } = await connected();
    await Promise.all([transporter.disconnect(), transporter.disconnect()]);
    await transporter.disconnect();
    await transporter.connect();
    await transporter.subscribe(['t.a']);
    transporter.send('t.a', 'again');
    await host.received(1);
    expect(host.states).toEqual([]);
  });

  it.each(['sub', 'pub'])('is down once and up once when only the %s connection is killed', async (side) => {
    const { transporter, host } = await connected();
    host.onUp = () => void transporter.subscribe(['t.a', 't.b']).then(() => transporter.send('t.a', 'back'));
    await server.admin().client('KILL', 'TYPE', side === 'sub' ? 'PUBSUB' : 'NORMAL', 'SKIPME', 'YES');
    await host.received(1);
    expect(host.states).toEqual(['down', 'up']);
    expect(host.losses[0]!.message).not.toBe('');
    expect(await server.clients()).toBe(2);
    for (let n = 0; n < 500; n++) transporter.send('t.b', `${n}`);
    await host.received(501);
    expect(host.texts('t.b')).toEqual(Array.from({ length: 500 }, (_, n) => `${n}`));
    expect(host.texts('t.a')).toEqual(['back']);
  });

  it('waits in order while Redis is paused', async () => {
    const { transporter, host } = await connected();
    await server.admin().call('CLIENT', 'PAUSE', '60000', 'WRITE');
    for (let n = 0; n < 1000; n++) {
      transporter.send('t.a', `${n}`);
      if (n % 90 === 0) await nextTurn();
    }
    expect(host.messages.length).toBe(0);
    await server.admin().call('CLIENT', 'UNPAUSE');
    await host.received(1000);
    expect(host.texts()).toEqual(Array.from({ length: 1000 }, (_, n) => `${n}`));
    expect(host.errors).toEqual([]);
  });

  it('disconnects from a Redis that does not answer', async () => {
    const { transporter } = await connected();
    server.signal('SIGSTOP');
    transporter.send('t.a', 'lost');
    await transporter.disconnect();
    server.signal('SIGCONT');
  });

  it('abandons a Redis that does not answer, and connects anew', async () => {
    const { transporter, host } = await connected();
    server.signal('SIGSTOP');
    transporter.send('t.a', 'lost');
    const abandoned = transporter.abandon();
    const connecting = transporter.connect();
    await abandoned;
    server.signal('SIGCONT');
    await connecting;
    await transporter.subscribe(['t.a']);
    transporter.send('t.a', 'new');
    await host.received(1);
    expect([host.texts(), host.states]).toEqual([['new'], []]);
  });

  describe('with clients from a factory', () => {
    it.each(['new', 'ready'])('takes %s ones', async (age) => {
      const clients: ioredis5.Redis[] = [];
      const factory = () => {
        const client = new ioredis.Redis(server.url, { lazyConnect: age === 'new' });
        clients.push(client);
        return age === 'new' ? client : client.ping().then(() => client);
      };
      await expectInOrder(factory);
      expect(clients.length).toBe(2);
      await made.pop()!.disconnect();
      expect(clients.map((client) => client.status)).toEqual(['end', 'end']);
    });

    it('comes back after a loss without sending twice', async () => {
      const { transporter, host } = await connected(() => new ioredis.Redis(server.url));
      host.onUp = () => void transporter.subscribe(['t.a']).then(() => transporter.send('t.a', 'back'));
      await server.admin().client('KILL', 'TYPE', 'NORMAL', 'SKIPME', 'YES');
      await host.received(1);
      expect(host.states).toEqual(['down', 'up']);
      expect(host.texts()).toEqual(['back']);
    });

    it('refuses one client for both connections', async () => {
      const client = new ioredis.Redis(server.url);
      await expect(make(() => client).transporter.connect()).rejects.toThrow(/same client twice/);
    });

    it('refuses clients with a keyPrefix', async () => {
      const { transporter } = make(() => new ioredis.Redis(server.url, { keyPrefix: 'app:' }));
      await expect(transporter.connect()).rejects.toThrow(/keyPrefix/);
    });
  });
});
