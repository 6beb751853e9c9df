import { describe, expect, it } from 'vitest';
import { readArguments, UsageError } from '../../../sample/demo/arguments.js';
import { noRedis } from '../../../sample/demo/redis.js';

describe("the demo's arguments", () => {
  it('runs in one process by default, also with an empty REDIS_URL', () => {
    expect(readArguments([], {})).toEqual({ redis: null, repl: false });
    expect(readArguments([], { REDIS_URL: '' })).toEqual({ redis: null, repl: false });
  });

  it('takes the Redis of --redis before that of REDIS_URL', () => {
    const env = { REDIS_URL: 'redis://one' };
    expect(readArguments([], env)?.redis).toBe('redis://one');
    expect(readArguments(['--redis', 'rediss://two:6380', '--repl'], env)).toEqual({
      redis: 'rediss://two:6380',
      repl: true,
    });
    expect(readArguments(['--redis=redis://three'], env)?.redis).toBe('redis://three');
  });

  it('knows when help is wanted', () => {
    expect(readArguments(['--help'], {})).toBeNull();
  });

  it.each([[['--rdis', 'x']], [['left']], [['--redis']], [['--redis', 'localhost:6379']], [['--repl=yes']]])(
    'refuses %j',
    (args) => {
      expect(() => readArguments(args, {})).toThrow(UsageError);
    },
  );

  it('refuses a REDIS_URL that is none, by its name', () => {
    expect(() => readArguments([], { REDIS_URL: 'http://x' })).toThrow(/^REDIS_URL needs a URL/);
  });

  it('keeps the password off the screen', () => {
    const text = noRedis('redis://bob:s3cret@example.test:6379', 'ECONNREFUSED');
    expect(text).toContain('redis://***@example.test:6379');
    expect(text).not.toContain('s3cret');
  });
});
