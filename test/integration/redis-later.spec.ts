import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it, onTestFinished } from 'vitest';
import { Action, MoleculerModule, Service, ServiceBroker } from '../../lib/index.js';
import { captureLogs } from '../support/cluster.js';
import { RedisServer } from '../support/redis-server.js';
import { uniqueNamespace } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

@Service('here')
class HereService {
  @Action()
  name(): string {
    return 'here';
  }
}

it('a Nest application starts without its Redis, says so once, and joins when it comes', async () => {
  const logs = captureLogs();
  const redis = await RedisServer.prepare();
  onTestFinished(() => redis.stop());
  const namespace = uniqueNamespace('later');
  const start = async (nodeID: string) => {
    @Module({
      imports: [
        MoleculerModule.forRoot({
          transporter: redis.url,
          namespace,
          nodeID,
          transit: { connectTimeout: 300 },
        }),
      ],
      providers: [HereService],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule);
    onTestFinished(() => app.close());
    return app.get(ServiceBroker);
  };
  const one = await start('one');
  const said = () => logs.filter(({ level }) => level === 'warn' || level === 'error');
  expect(await one.call('here.name')).toBe('here');
  await expect(one.call('here.name', {}, { nodeID: 'two' })).rejects.toMatchObject({
    name: 'ServiceNotFoundError',
  });
  const refused = new RegExp(`ECONNREFUSED.*${redis.port}`);
  await waitUntil('the reason', () => said().some(({ text }) => refused.test(text)));
  const before = said().map(({ text }) => text);
  expect(new Set(before).size).toBe(before.length);

  await redis.start();
  await one.ready;
  expect(said()).toHaveLength(before.length);
  const two = await start('two');
  for (const [broker, nodeID] of [
    [two, 'one'],
    [one, 'two'],
  ] as const) {
    await waitUntil(`a call of ${nodeID}`, () =>
      broker.call('here.name', {}, { nodeID }).then(
        (name) => name === 'here',
        () => false,
      ),
    );
  }
});
