import { Test } from '@nestjs/testing';
import { expect, it } from 'vitest';
import { MOLECULER_SCHEDULER, MoleculerModule, ServiceBroker } from '../../../lib/index.js';
import { MoleculerClient } from '../../../lib/microservices/index.js';
import { memoryHub, VirtualScheduler } from '../../../lib/testing/index.js';
import { recordLogs } from '../logs.fixture.js';

const logs = recordLogs();

it('status tells of a lost connection, also to whoever asks meanwhile', async () => {
  const hub = `status-${process.pid}`;
  const time = new VirtualScheduler(1_000_000);
  const imports = [MoleculerModule.forRoot({ transporter: `memory://${hub}` })];
  const app = await Test.createTestingModule({ imports })
    .overrideProvider(MOLECULER_SCHEDULER)
    .useValue(time)
    .setLogger(logs.logger)
    .compile();
  const client = new MoleculerClient({ broker: app.get(ServiceBroker) });
  const [first, late]: string[][] = [[], []];
  client.status.subscribe((status) => first.push(status));
  expect(first).toEqual([]);
  const started = app.init();
  await time.advance(5_000);
  await started;
  expect(first).toEqual(['connected']);

  memoryHub(hub).cut();
  await time.advance(10);
  client.status.subscribe((status) => late.push(status));
  expect([first, late]).toEqual([['connected', 'reconnecting'], ['reconnecting']]);

  memoryHub(hub).restore();
  await time.advance(10_000);
  const closing = app.close();
  await time.advance(10_000);
  await closing;
  expect(late).toEqual(['reconnecting', 'connected', 'disconnected']);
  expect(first).toEqual(['connected', ...late]);
});
