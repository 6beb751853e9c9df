import { type DynamicModule, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { expect, it } from 'vitest';
import { MoleculerModule, ServiceBroker } from '../../../lib/index.js';
import { clusters, Worker } from './test-cluster.fixture.js';

const start = clusters();

class Early {}
const nodeWith = (provider: Type): DynamicModule => ({
  module: Early,
  imports: [MoleculerModule.forRoot({ nodeID: 'early' })],
  providers: [provider],
});

// A hook before the join; the cluster's time has not begun to move.
@Injectable()
class WaitsInVain implements OnModuleInit {
  constructor(private readonly broker: ServiceBroker) {}
  onModuleInit(): Promise<void> {
    return this.broker.waitForServices('nobodys', 300);
  }
}

@Injectable()
class Calls implements OnModuleInit {
  outcome = '';
  constructor(private readonly broker: ServiceBroker) {}
  async onModuleInit(): Promise<void> {
    await this.broker.createService({ name: 's', actions: { hangs: () => new Promise(() => undefined) } });
    const call = this.broker.call<unknown>('s.hangs', {}, { timeout: 300 });
    this.outcome = await call.then(
      () => 'answered',
      (error: Error) => error.name,
    );
  }
}

it('a hook that waits in vain for the cluster’s time ends the start with its error', async () => {
  await expect(start({ nodes: [Worker, nodeWith(WaitsInVain)] })).rejects.toMatchObject({
    type: 'WAITFOR_SERVICES',
  });
});

it('time limits in a hook hold', async () => {
  const cluster = await start({ nodes: [nodeWith(Calls)] });
  expect(cluster.get('early', Calls).outcome).toBe('RequestTimeoutError');
});
