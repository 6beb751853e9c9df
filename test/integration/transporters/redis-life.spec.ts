import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis6';
import { afterEach, describe, expect, it } from 'vitest';
import { RedisTransporter } from '../../../lib/transporters/redis/redis.transporter.js';
import type { IoRedis } from '../../../lib/transporters/redis/redis-clients.js';
import type { RedisTransporterOptions } from '../../../lib/transporters/redis/redis-options.js';
import { RecordingHost } from '../../support/recording-host.js';
import { RedisServer, startRedis, type RedisServerOptions } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

const MAJORS = { 'ioredis 5': ioredis5, 'ioredis 6': ioredis6 } as unknown as Record<string, IoRedis>;

describe.each(Object.entries(MAJORS))('The life of a RedisTransporter on %s', (_name, ioredis) => {
  const servers: RedisServer[] = [];
  const made: RedisTransporter[] = [];

  afterEach(async () => {
    await Promise.all(made.splice(0).map((transporter) => transporter.disconnect()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function start(options?: RedisServerOptions) {
    const server = await startRedis(options);
    servers.push(server);
    return server;
  }

  async function prepare(options?: RedisServerOptions) {
    const server = await RedisServer.prepare(options);
    servers.push(server);
    return server;
  }

  function make(options: RedisTransporterOptions) {
    const transporter = new RedisTransporter(options, () => Promise.resolve(ioredis));
    made.push(transporter);
    return { transporter, host: new RecordingHost(transporter) };
  }

  it('connects when Redis comes later, and says once why not before', async () => {
    const server = await prepare();
    let attempts = 0;
    const retryStrategy = () => ++attempts && 5;
    const { transporter, host } = make({ host: '127.0.0.1', port: server.port, retryStrategy });
    const connecting = transporter.connect();
    await waitUntil('some attempts', () => attempts > 10);
    expect(host.errors.map((error) => error.message)).toEqual([
      `connect ECONNREFUSED 127.0.0.1:${server.port}`,
    ]);
    await server.start();
    await connecting;
    await transporter.subscribe(['t']);
    transporter.send('t', 'hello');
    await host.received(1);
    expect(host.states).toEqual([]);
  });

  it('names the reason where a name has several addresses', async () => {
    const server = await prepare();
    const { transporter, host } = make(`redis://localhost:${server.port}`);
    const connecting = transporter.connect();
    await waitUntil('an error', () => host.errors.length > 0);
    expect(host.errors[0]!.message).toMatch(/ECONNREFUSED/);
    await transporter.disconnect();
    await expect(connecting).rejects.toThrow('disconnected');
  });

  it('is down once and up once when Redis is killed under load and comes back', async () => {
    const server = await start();
    const { transporter, host } = make(server.url);
    await transporter.connect();
    await transporter.subscribe(['t']);
    // Lost again meanwhile, the next 'up' subscribes.
    host.onUp = () =>
      void transporter.subscribe(['t']).then(
        () => transporter.send('t', 'back'),
        () => undefined,
      );
    for (let n = 0; n < 5000; n++) transporter.send('t', `before ${n}`);
    await host.received(100);
    await server.kill();
    await waitUntil('the loss', () => host.states.length > 0);
    for (let n = 0; n < 5000; n++) transporter.send('t', `while down ${n}`);
    await server.start();
    await waitUntil('the return', () => host.texts().includes('back'));
    expect(host.states).toEqual(['down', 'up']);
    expect(host.errors).toEqual([]);
    expect(host.texts().some((text) => text.startsWith('while down'))).toBe(false);
    expect(host.texts().filter((text) => text === 'back').length).toBe(1);
    await server.untilClients(2);
  });

  it('survives ten restarts with two connections', async () => {
    const server = await start();
    const { transporter, host } = make({ port: server.port, host: '127.0.0.1', retryStrategy: () => 20 });
    await transporter.connect();
    for (let n = 1; n <= 10; n++) {
      await server.kill();
      await server.start();
      await waitUntil(`return ${n}`, () => host.states.length === 2 * n);
    }
    await transporter.subscribe(['t']);
    transporter.send('t', 'hello');
    await host.received(1);
    expect(host.states.join()).toBe(Array(10).fill('down,up').join());
    await server.untilClients(2);
  });

  it('rejects a subscription that the loss of the connection interrupts', async () => {
    const server = await start();
    const { transporter } = make(server.url);
    await transporter.connect();
    server.signal('SIGSTOP');
    const subscribing = expect(transporter.subscribe(['t'])).rejects.toThrow();
    const counting = transporter.countSubscribers('t');
    await server.kill();
    await subscribing;
    expect(await counting).toBeNull();
  });

  it('tells once of a wrong password, and connects when it has become right', async () => {
    const server = await start({ acl: ['user app on >old ~* &* +@all'] });
    let attempts = 0;
    const { transporter, host } = make({
      host: '127.0.0.1',
      port: server.port,
      username: 'app',
      password: 'new',
      retryStrategy: () => ++attempts && 5,
    });
    const connecting = transporter.connect();
    await waitUntil('some attempts', () => attempts > 10);
    expect(host.errors.map((error) => error.message)).toEqual([expect.stringContaining('WRONGPASS')]);
    await server.admin().call('ACL', 'SETUSER', 'app', '>new');
    await connecting;
    await server.untilClients(2);
  });

  it('gives up when the retry strategy of the user does', async () => {
    const server = await prepare();
    const { transporter } = make({ host: '127.0.0.1', port: server.port, retryStrategy: () => null });
    await expect(transporter.connect()).rejects.toThrow(/given up.*ECONNREFUSED/);
    await server.start();
    await transporter.connect(); // as the transit does every five seconds
    await server.untilClients(2);
  });

  it('says so when the retry strategy gives up later', async () => {
    const server = await start();
    const { transporter, host } = make({ host: '127.0.0.1', port: server.port, retryStrategy: () => null });
    await transporter.connect();
    await server.kill();
    await waitUntil('the end', () => host.errors.length > 0);
    expect(host.states).toEqual(['down']);
    expect(host.errors[0]!.message).toMatch(/given up/);
  });

  it.each(['refused', 'silent'])('disconnects while it connects to a Redis that is %s', async (kind) => {
    const server = await prepare();
    if (kind === 'silent') {
      await server.start();
      server.signal('SIGSTOP');
    }
    const { transporter, host } = make(server.url);
    const connecting = expect(transporter.connect()).rejects.toThrow(
      'The Redis transporter was disconnected.',
    );
    if (kind === 'refused') await waitUntil('an attempt', () => host.errors.length > 0);
    await transporter.disconnect();
    await connecting;
    if (kind === 'silent') {
      server.signal('SIGCONT');
      await server.untilClients(0);
    }
    expect(host.states).toEqual([]);
  });

  it('disconnects at once after connect', async () => {
    const server = await start();
    const { transporter } = make(server.url);
    const connecting = expect(transporter.connect()).rejects.toThrow(
      'The Redis transporter was disconnected.',
    );
    await transporter.disconnect();
    await connecting;
    await server.untilClients(0);
  });

  it('disconnects while it waits for Redis to come back', async () => {
    const server = await start();
    const { transporter, host } = make(server.url);
    await transporter.connect();
    await server.kill();
    await waitUntil('the loss', () => host.states.length > 0);
    await transporter.disconnect();
    await server.start();
    expect(host.states).toEqual(['down']);
    expect(await server.clients()).toBe(0);
  });

  it('speaks TLS with a given authority', async () => {
    const server = await start({ tls: true });
    const { readFile } = await import('node:fs/promises');
    const tls = { ca: await readFile(server.certificate!.cert) };
    const { transporter, host } = make({ host: '127.0.0.1', port: server.port, tls });
    await transporter.connect();
    await transporter.subscribe(['t']);
    for (let n = 0; n < 1000; n++) transporter.send('t', `${n}`);
    await host.received(1000);
    expect(host.texts()).toEqual(Array.from({ length: 1000 }, (_, n) => `${n}`));
  });

  it('tells once of a certificate that it does not trust', async () => {
    const server = await start({ tls: true });
    let attempts = 0;
    const retryStrategy = () => ++attempts && 5;
    const { transporter, host } = make({ host: '127.0.0.1', port: server.port, tls: {}, retryStrategy });
    transporter.connect().catch(() => undefined);
    await waitUntil('some attempts', () => attempts > 6);
    expect(host.errors.map((error) => (error as NodeJS.ErrnoException).code)).toEqual([
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ]);
  });
});
