import { describe, expect, it } from 'vitest';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { createTransporter } from '../../../lib/transporters/create-transporter.js';
import { memoryHub } from '../../../lib/transporters/memory/memory-hub.js';
import { MemoryTransporter } from '../../../lib/transporters/memory/memory.transporter.js';
import { NullTransporter } from '../../../lib/transporters/null.transporter.js';
import { RedisTransporter } from '../../../lib/transporters/redis/redis.transporter.js';

const problem = (choice: unknown): string => {
  try {
    createTransporter(choice as never);
  } catch (error) {
    expect(error).toBeInstanceOf(BrokerOptionsError);
    return (error as Error).message;
  }
  return '';
};

describe('createTransporter', () => {
  it.each([
    'Redis',
    'redis',
    'redis://127.0.0.1',
    'rediss://127.0.0.1',
    { type: 'Redis' },
    { type: 'redis', options: 'redis://127.0.0.1:6380' },
    { type: 'Redis', options: { host: 'a' } },
    { type: 'Redis', options: () => undefined as never },
    { kind: 'named', type: 'Redis', url: 'redis://127.0.0.1', options: {} } as const,
    { kind: 'named', type: 'Redis', url: null, options: { port: 1 } } as const,
  ])('makes a Redis transporter of %j', (choice) => {
    expect(createTransporter(choice)).toBeInstanceOf(RedisTransporter);
  });

  it.each(['Memory', 'memory', 'memory://', { type: 'Memory' }, { type: 'Memory', options: {} }])(
    'joins the hub `default` for %j',
    async (choice) => {
      const transporter = createTransporter(choice);
      await transporter.connect();
      await transporter.subscribe(['t']);
      expect(memoryHub('default').countSubscribers('t')).toBe(1);
      await transporter.disconnect();
    },
  );

  it.each([
    'memory://blue%20hub',
    { type: 'Memory', options: 'memory://blue hub' },
    { type: 'memory', options: { hub: 'blue hub' } },
    { kind: 'named', type: 'Memory', url: null, options: { hub: 'blue hub' } } as const,
  ])('joins the named hub for %j', async (choice) => {
    const transporter = createTransporter(choice);
    await transporter.connect();
    await transporter.subscribe(['t']);
    expect(memoryHub('blue hub').countSubscribers('t')).toBe(1);
    await transporter.disconnect();
  });

  it.each([null, undefined])('makes one that does nothing of %j', (choice) => {
    expect(createTransporter(choice)).toBeInstanceOf(NullTransporter);
  });

  it('takes a transporter or its class', () => {
    const own = new MemoryTransporter();
    expect(createTransporter(own)).toBe(own);
    expect(createTransporter({ kind: 'instance', instance: own })).toBe(own);
    expect(createTransporter(MemoryTransporter)).toBeInstanceOf(MemoryTransporter);
    expect(createTransporter({ kind: 'class', type: MemoryTransporter })).toBeInstanceOf(MemoryTransporter);
  });

  it.each(['NATS', 'nats://host', 'mqtts://host', { type: 'TCP' }, 'Kafka'])(
    'refuses %j, which is not built',
    (choice) => {
      expect(problem(choice)).toMatch(/not built yet/);
    },
  );

  it('suggests the name that was meant', () => {
    expect(problem('Rediss')).toContain("Did you mean 'Redis'?");
    expect(problem({ type: 'Memry' })).toContain("Did you mean 'Memory'?");
    expect(problem('carrier-pigeon')).not.toContain('Did you mean');
  });

  it('shows no password', () => {
    expect(problem('http://user:secret@host')).not.toContain('secret');
  });

  it.each([
    5,
    [],
    {},
    class Foreign {},
    { type: 'Memory', options: { hub: '' } },
    { type: 'Memory', options: { hub: 7 } },
  ])('refuses %j', (choice) => {
    expect(problem(choice)).not.toBe('');
  });

  it('finds no name in what every object inherits', () => {
    expect(problem('constructor')).toMatch(/no transporter/);
    expect(problem('constructor://host')).toMatch(/no transporter/);
  });
});
