import type * as ioredis5 from 'ioredis';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';
import { MAJORS, redisTransporters } from './redis.fixture.js';

describe.each(Object.entries(MAJORS))('RedisTransporter on %s', (_name, ioredis) => {
  const { server, made, make, connected, expectInOrder } = redisTransporters(ioredis);

  it('uses two connections', async () => {
    await connected();
    await server().untilClients(2);
  });

  it('counts the subscribers of a topic', async () => {
    const { transporter } = await connected(undefined, ['t.count']);
    await connected(undefined, ['t.count']);
    expect(await transporter.countSubscribers('t.count')).toBe(2);
    expect(await transporter.countSubscribers('t.nobody')).toBe(0);
  });

  it('counts after all that was sent before has gone out', async () => {
    const { transporter, host } = await connected();
    const monitor = await server().admin().monitor();
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
    await server().admin().client('KILL', 'TYPE', type, 'SKIPME', 'YES');
    await waitUntil('the return', () => host.states.length === 2);
    expect(transporter.isSubscribed('t.a')).toBe(outlived);
    expect(await transporter.countSubscribers('t.a')).toBe(outlived ? 1 : 0);
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
    // Lost again meanwhile, the next 'up' subscribes.
    host.onUp = () =>
      void transporter.subscribe(['t.a', 't.b']).then(
        () => transporter.send('t.a', 'back'),
        () => undefined,
      );
    await server()
      .admin()
      .client('KILL', 'TYPE', side === 'sub' ? 'PUBSUB' : 'NORMAL', 'SKIPME', 'YES');
    await host.received(1);
    expect(host.states).toEqual(['down', 'up']);
    expect(host.losses[0]!.message).not.toBe('');
    await server().untilClients(2);
    for (let n = 0; n < 500; n++) transporter.send('t.b', `${n}`);
    await host.received(501);
    expect(host.texts('t.b')).toEqual(Array.from({ length: 500 }, (_, n) => `${n}`));
    expect(host.texts('t.a')).toEqual(['back']);
  });

  it('disconnects from a Redis that does not answer', async () => {
    const { transporter } = await connected();
    server().signal('SIGSTOP');
    transporter.send('t.a', 'lost');
    await transporter.disconnect();
    server().signal('SIGCONT');
  });

  it('abandons a Redis that does not answer, and connects anew', async () => {
    const { transporter, host } = await connected();
    server().signal('SIGSTOP');
    transporter.send('t.a', 'lost');
    const abandoned = transporter.abandon();
    const connecting = transporter.connect();
    await abandoned;
    server().signal('SIGCONT');
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
        const client = new ioredis.Redis(server().url, { lazyConnect: age === 'new' });
        clients.push(client);
        return age === 'new' ? client : client.ping().then(() => client);
      };
      await expectInOrder(factory);
      expect(clients.length).toBe(2);
      await made.pop()!.disconnect();
      expect(clients.map((client) => client.status)).toEqual(['end', 'end']);
    });

    it('comes back after a loss without sending twice', async () => {
      const { transporter, host } = await connected(() => new ioredis.Redis(server().url));
      // Lost again meanwhile, the next 'up' subscribes.
      host.onUp = () =>
        void transporter.subscribe(['t.a']).then(
          () => transporter.send('t.a', 'back'),
          () => undefined,
        );
      await server().admin().client('KILL', 'TYPE', 'NORMAL', 'SKIPME', 'YES');
      await host.received(1);
      expect(host.states).toEqual(['down', 'up']);
      expect(host.texts()).toEqual(['back']);
    });

    it('refuses one client for both connections', async () => {
      const client = new ioredis.Redis(server().url);
      await expect(make(() => client).transporter.connect()).rejects.toThrow(/same client twice/);
    });

    it('refuses clients with a keyPrefix', async () => {
      const { transporter } = make(() => new ioredis.Redis(server().url, { keyPrefix: 'app:' }));
      await expect(transporter.connect()).rejects.toThrow(/keyPrefix/);
    });
  });
});
