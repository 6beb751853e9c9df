import { Module } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { Action, Event, MoleculerModule, Payload, Service, ServiceBroker } from '../../../lib/index.js';
import { createTestCluster, type TestCluster, type TestClusterOptions } from '../../../lib/testing/index.js';

@Service('math')
class MathService {
  readonly heard: unknown[] = [];
  @Action() add(params: { a: number; b: number }) {
    return params.a + params.b;
  }
  @Event('thing.done') onDone(@Payload() payload: unknown) {
    this.heard.push(payload);
  }
}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'one' })], providers: [MathService] })
class One {}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'two' })] })
class Two {}
@Module({ imports: [MoleculerModule.forRoot({})], providers: [MathService] })
class Any {}

let cluster: TestCluster | null = null;
const start = async (options: TestClusterOptions) => (cluster = await createTestCluster(options));
afterEach(async () => {
  await cluster?.close();
  cluster = null;
});

describe('a test cluster', () => {
  it('calls and emits across its nodes without time passing', async () => {
    const { get, ...rest } = { get: null, ...(await start({ nodes: [One, Two] })) };
    void get, rest;
    const broker = cluster!.get(Two, ServiceBroker);
    const before = cluster!.elapsed;
    expect(await broker.call('math.add', { a: 5, b: 3 })).toBe(8);
    await broker.emit('thing.done', 7);
    await cluster!.advance(0);
    expect(cluster!.get(One, MathService).heard).toEqual([7]);
    expect(cluster!.elapsed).toBe(before);
  });
  it('several of one', async () => {
    const c = await start({ nodes: [Any, Any, { module: Any, nodeID: 'c' }] });
    console.log(c.nodeIDs, c.elapsed);
    await c.crash(0);
    await c.advance('45s');
    console.log(c.get('c', ServiceBroker).registry.nodes().map((n) => [n.id, n.available]));
    await c.restart(0);
    console.log(c.get('c', ServiceBroker).registry.nodes().map((n) => [n.id, n.available]));
    console.log(c.trace.split('\n').map((l) => l.slice(0, 130)).join('\n'));
  });
});
