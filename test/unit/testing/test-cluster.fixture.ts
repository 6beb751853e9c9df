import { Inject, Module } from '@nestjs/common';
import type { SchedulerLike } from 'rxjs';
import { afterEach } from 'vitest';
import {
  Action,
  Event,
  MOLECULER_SCHEDULER,
  MoleculerModule,
  Payload,
  Service,
  ServiceBroker,
} from '../../../lib/index.js';
import { createTestCluster, type TestCluster, type TestClusterOptions } from '../../../lib/testing/index.js';
import { delay } from '../../../lib/time/delay.js';

@Service('math')
export class MathService {
  readonly heard: unknown[] = [];
  runs = 0;
  constructor(
    private readonly broker: ServiceBroker,
    @Inject(MOLECULER_SCHEDULER) private readonly scheduler: SchedulerLike,
  ) {}

  @Action() add({ a, b }: { a: number; b: number }): number {
    this.runs++;
    return a + b;
  }
  @Action() where(): string {
    return this.broker.nodeID;
  }
  @Action() async slow({ ms }: { ms: number }): Promise<string> {
    await delay(this.scheduler, ms);
    return 'done';
  }
  @Action() fail(): never {
    throw new Error('no');
  }
  @Event('number') onNumber(@Payload() number: unknown): void {
    this.heard.push(number);
  }
}

@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'server' })], providers: [MathService] })
export class Server {}

/** Calls and serves nothing. Its transporter is never used. */
@Module({
  imports: [
    MoleculerModule.forRoot({ nodeID: 'client', transporter: 'redis://nowhere:1', requestTimeout: 5000 }),
  ],
})
export class Client {}

/** Of these there can be many. */
@Module({ imports: [MoleculerModule.forRoot()], providers: [MathService] })
export class Worker {}

/** Starts clusters that are closed after the test. */
export function clusters(): (options?: Partial<TestClusterOptions>) => Promise<TestCluster> {
  const open: TestCluster[] = [];
  afterEach(async () => {
    for (const cluster of open.splice(0)) await cluster.close();
  });
  return async (options = {}) => {
    const cluster = await createTestCluster({ nodes: [Server, Client], ...options });
    open.push(cluster);
    return cluster;
  };
}

/** The other node IDs that a node takes for available. */
export const seenBy = (cluster: TestCluster, node: string | number): string[] => {
  const { nodeID, registry } = cluster.get(node, ServiceBroker);
  return registry
    .nodes({ onlyAvailable: true })
    .map(({ id }) => id)
    .filter((id) => id !== nodeID)
    .sort();
};

/** What a promise came to so far. */
export function watched<T>(promise: Promise<T>): { state: 'pending' | 'done' | 'failed'; value?: unknown } {
  const watch: ReturnType<typeof watched> = { state: 'pending' };
  promise.then(
    (value) => Object.assign(watch, { state: 'done', value }),
    (error: unknown) => Object.assign(watch, { state: 'failed', value: error }),
  );
  return watch;
}
