import { describe, expect, it } from 'vitest';
import { BrokerOptionsError } from '../../../../lib/errors/broker.error.js';
import { RedisTransporter } from '../../../../lib/transporters/redis/redis.transporter.js';

const problem = (options: unknown): string => {
  try {
    new RedisTransporter(options as never);
  } catch (error) {
    expect(error).toBeInstanceOf(BrokerOptionsError);
    return (error as Error).message;
  }
  return '';
};

describe('The options of the RedisTransporter', () => {
  it.each([
    undefined,
    {},
    'redis://127.0.0.1:6380/3',
    'rediss://user:secret@host',
    { host: 'a', port: 1, tls: {} },
    { sentinels: [{ host: 'a', port: 26379 }], name: 'main' },
    { cluster: { nodes: [{ host: 'a', port: 1 }] } },
    { cluster: { nodes: ['redis://a:1'], clusterOptions: {} } },
    () => undefined,
  ])('may be %j', (options) => {
    expect(problem(options)).toBe('');
  });

  it.each([
    { keyPrefix: 'app:' },
    'redis://host?keyPrefix=app:',
    { cluster: { nodes: ['redis://a:1'], options: { keyPrefix: 'app:' } } },
    { cluster: { nodes: ['redis://a:1'], clusterOptions: { redisOptions: { keyPrefix: 'app:' } } } },
  ])('may not have a keyPrefix: %j', (options) => {
    expect(problem(options)).toMatch(/'keyPrefix' is 'app:'.*namespace/);
  });

  it.each([5, null, [], true])('may not be %j', (options) => {
    expect(problem(options)).toMatch(/options of the Redis transporter are/);
  });

  it('name at least one node of a Cluster', () => {
    expect(problem({ cluster: { nodes: [] } })).toMatch(/cluster\.nodes/);
    expect(problem({ cluster: {} })).toMatch(/cluster\.nodes/);
    expect(problem({ cluster: null })).toMatch(/cluster\.nodes/);
  });

  it('are not shown where a URL is wrong: it may hold a password', () => {
    for (const url of [
      'http://user:secret@host',
      'redis://user:sec/ret@host',
      'redis://user:secret@host:99999',
    ]) {
      expect(problem(url)).not.toContain('sec');
    }
  });

  it.each(['redis://host:99999', 'redis://host:port'])('may not be a URL like %s', (url) => {
    expect(problem(url)).toMatch(/cannot be read\. Its port is a number up to 65535/);
  });

  it.each([99_999, -1, 'six', Number.NaN])('may not have the port %s', (port) => {
    expect(problem({ host: 'a', port })).toMatch(/'port' is .*up to 65535/);
  });

  it.each([99_999, 1.5, '', true])('may not have the port %j at a Sentinel or in a Cluster', (port) => {
    expect(problem({ sentinels: [{ host: 'a', port }], name: 'main' })).toMatch(/'port' is .*up to 65535/);
    expect(problem({ cluster: { nodes: [{ host: 'a', port }] } })).toMatch(/'port' is .*up to 65535/);
  });

  it.each([null, true, undefined])('may not have the Cluster node %j', (node) => {
    expect(problem({ cluster: { nodes: [node] } })).toMatch(/'cluster.nodes' contains .*{ host, port }/);
  });

  it.each(['redis://a/abc', 'redis://a?db=abc', { db: 'abc' }, { db: Number.NaN }, { db: -1 }, { db: 1.5 }])(
    'may not name a database as %j does',
    (options) => {
      expect(problem(options)).toMatch(/'db' is .*Give its number/);
    },
  );

  it.each(['redis://a/12', 'redis://a/', 'redis://a?db=2', { db: '3' }, { db: 4, port: '6380' }])(
    'may name a database as %j does',
    (options) => {
      expect(problem(options)).toBe('');
    },
  );

  it('are said to need ioredis where that cannot be loaded', async () => {
    const missing = () => import(['ioredis', 'not-there'].join('-')) as never;
    const connecting = new RedisTransporter({}, missing).connect();
    await expect(connecting).rejects.toBeInstanceOf(BrokerOptionsError);
    await expect(connecting).rejects.toThrow(/needs the package 'ioredis'.*npm install ioredis/);
  });

  it.each([
    [undefined, 'Redis at localhost:6379'],
    ['redis://user:secret@host:6380/3', 'Redis at host:6380'],
    ['redis:///3', 'Redis at localhost'],
    [{ host: 'a', port: 1, username: 'user', password: 'secret' }, 'Redis at a:1'],
    [{ path: '/run/redis.sock' }, 'Redis at /run/redis.sock'],
    [{ sentinels: [{ host: 'a', port: 26379 }], name: 'main' }, "Redis 'main' of Sentinel"],
    [
      { cluster: { nodes: ['redis://user:secret@a:1', 'user:secret@b:2', 3, { host: 'c', port: 4 }] } },
      'Redis Cluster at a:1, b:2, port 3, c:4',
    ],
    [() => undefined, 'Redis'],
  ])('give it the name that logs show, without users and passwords: %j', (options, name) => {
    expect(new RedisTransporter(options as never).name).toBe(name);
  });
});
