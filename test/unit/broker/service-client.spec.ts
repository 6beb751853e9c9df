import { inspect, isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createServiceClient } from '../../../lib/broker/service-client.js';
import type { ServiceClient } from '../../../lib/context/contract.types.js';
import { ServiceBroker } from '../../../lib/broker/service-broker.js';
import { InjectService } from '../../../lib/decorators/inject-service.decorator.js';
import { MoleculerModule } from '../../../lib/moleculer.module.js';

interface Odd {
  get(params: { id: string }): string;
}

let app: { close(): Promise<void> } | null = null;
afterEach(() => app?.close());

@Injectable()
class User {
  @InjectService('odd') readonly property!: ServiceClient<Odd>;
  constructor(@InjectService('odd') readonly client: ServiceClient<Odd>) {}
}

it('an injected client goes through the life of an application without one call', async () => {
  const started = await NestFactory.createApplicationContext(
    { module: class {}, imports: [MoleculerModule.forRoot(), DiscoveryModule], providers: [User] },
    { logger: false, abortOnError: false },
  );
  const call = vi.spyOn(started.get(ServiceBroker), 'call').mockResolvedValue('called' as never);
  started.enableShutdownHooks([]);
  const { client, property } = started.get(User);
  app = started;
  await app.close();
  app = null;
  expect(call).not.toHaveBeenCalled();
  expect(await client.get({ id: '1' }, { timeout: 5 })).toBe('called');
  expect(call.mock.calls).toEqual([['odd.get', { id: '1' }, { timeout: 5 }]]);
  expect(property).toBe(client);
});

describe('a client', () => {
  const call = vi.fn(() => Promise.resolve(1));
  const client = createServiceClient('odd', call) as Record<string | symbol, unknown>;

  it('is a value like others: awaited, returned from an async function, printed, compared, written as JSON', async () => {
    expect(await Promise.resolve(client)).toBe(client);
    expect(await (async () => client)()).toBe(client);
    expect(inspect(client)).not.toBe('');
    expect(isDeepStrictEqual(client, client)).toBe(true);
    expect(JSON.stringify({ client })).toBe('{"client":{}}');
    expect(Object.keys(client)).toEqual([]);
    expect(Array.isArray(client)).toBe(false);
    expect(call).not.toHaveBeenCalled();
  });

  it.each([
    'then',
    'catch',
    'finally',
    'onModuleInit',
    'onModuleDestroy',
    'onApplicationBootstrap',
    'beforeApplicationShutdown',
    'onApplicationShutdown',
  ])('has no %s', (name) => {
    expect(client[name]).toBeUndefined();
    expect(name in client).toBe(false);
  });

  it('cannot be changed', () => {
    expect(() => {
      client['get'] = () => 1;
    }).toThrow(TypeError);
  });
});
