import { describe, expect, it } from 'vitest';
import { ServiceBroker } from '../../../lib/index.js';
import type { TestCluster } from '../../../lib/testing/index.js';
import { Client, clusters, MathService, seenBy, Server, watched, Worker } from './test-cluster.fixture.js';

const start = clusters();

/** Emits the numbers and gives what was heard of them so far. */
async function emitted(cluster: TestCluster, numbers: number, time = 0): Promise<unknown[]> {
  const { heard } = cluster.get(Server, MathService);
  heard.length = 0;
  for (let i = 0; i < numbers; i++) await cluster.get(Client, ServiceBroker).emit('number', i);
  await cluster.advance(time);
  return [...heard];
}

const TEN = Array.from({ length: 10 }, (_, i) => i);

describe('the network of a test cluster', () => {
  it('is cut between the sides of a partition, until it heals', async () => {
    const cluster = await start({ nodes: [Server, Client, { module: Worker, nodeID: 'third' }] });
    cluster.partition('server', ['client', 'third']);
    await cluster.advance('45s');
    expect(seenBy(cluster, 'server')).toEqual([]);
    expect(seenBy(cluster, 'client')).toEqual(['third']);
    cluster.heal();
    await cluster.advance('15s');
    expect(seenBy(cluster, 'server')).toEqual(['client', 'third']);
    expect(seenBy(cluster, 'client')).toEqual(['server', 'third']);
  });

  it('keeps those together who are on no side', async () => {
    const cluster = await start({ nodes: [Server, Client, { module: Worker, nodeID: 'third' }] });
    cluster.partition('server');
    await cluster.advance('45s');
    expect(seenBy(cluster, 'client')).toEqual(['third']);
  });

  it('loses what it is told to lose, and no other packet', async () => {
    const cluster = await start();
    const fault = cluster.drop({ from: Client, type: 'EVENT' });
    expect(await emitted(cluster, 3)).toEqual([]);
    expect(await cluster.get(Client, ServiceBroker).call('math.add', { a: 1, b: 1 })).toBe(2);
    fault.stop();
    expect(await emitted(cluster, 3)).toEqual([0, 1, 2]);
    cluster.drop({ to: Server, type: ['EVENT', 'PING'], times: 2 });
    expect(await emitted(cluster, 4)).toEqual([2, 3]);
  });

  it('loses some by chance, the same for the same seed', async () => {
    const heard = async (seed: number) => {
      const cluster = await start({ seed });
      cluster.drop({ type: 'EVENT', chance: 0.5 });
      return emitted(cluster, 40);
    };
    const first = await heard(3);
    expect(first.length).toBeGreaterThan(8);
    expect(first.length).toBeLessThan(32);
    expect(await heard(3)).toEqual(first);
    expect(await heard(4)).not.toEqual(first);
  });

  it('delays packets, which keep their order', async () => {
    const cluster = await start();
    cluster.delay(['10ms', '2s'], { type: 'EVENT' });
    expect(await emitted(cluster, 10, 9)).toEqual([]);
    await cluster.advance('2s');
    expect(cluster.get(Server, MathService).heard).toEqual(TEN);
  });

  it('lets nothing overtake what is still delayed when the fault ends', async () => {
    const cluster = await start();
    cluster.delay('100ms', { type: 'EVENT' });
    await emitted(cluster, 1);
    cluster.heal();
    await cluster.get(Client, ServiceBroker).emit('number', 'late');
    await cluster.advance(99);
    expect(cluster.get(Server, MathService).heard).toEqual([]);
    await cluster.advance(1);
    expect(cluster.get(Server, MathService).heard).toEqual([0, 'late']);
  });

  it('counts delays both ways into the time of a call', async () => {
    const cluster = await start();
    cluster.delay(30);
    const before = cluster.elapsed;
    await cluster.run(cluster.get(Client, ServiceBroker).call('math.add', { a: 1, b: 1 }));
    expect(cluster.elapsed - before).toBe(60);
  });

  it('lets packets overtake each other', async () => {
    const cluster = await start();
    cluster.reorder({ type: 'EVENT', within: '1s' });
    const heard = await emitted(cluster, 10, 1000);
    expect(heard).not.toEqual(TEN);
    expect(heard.sort()).toEqual(TEN);
  });

  it('repeats packets: no handler runs twice for one', async () => {
    const cluster = await start();
    cluster.duplicate({ copies: 2, within: '5s' });
    const call = cluster.get(Client, ServiceBroker).call('math.add', { a: 1, b: 1 });
    expect(await call).toBe(2);
    expect(await emitted(cluster, 3, 5000)).toEqual([0, 1, 2]);
    expect(cluster.get(Server, MathService).runs).toBe(1);
    expect(cluster.trace.match(/client -> server MOL\.REQ\.server /g)).toHaveLength(3);
  });

  it('loses what is under way to a node that crashes, and not what came from it', async () => {
    const cluster = await start();
    cluster.delay(50);
    const { heard } = cluster.get(Server, MathService);
    await cluster.get(Client, ServiceBroker).emit('number', 1);
    await cluster.crash(Client);
    await cluster.advance(50);
    expect(heard).toEqual([1]);
    await cluster.restart(Client);
    await cluster.get(Client, ServiceBroker).emit('number', 2);
    await cluster.crash(Server);
    await cluster.advance(50);
    expect(cluster.trace).toMatch(/client -x server MOL\.EVENT\.server .*"data":2/);
  });

  it('lets a call time out whose answer is lost', async () => {
    const cluster = await start();
    cluster.drop({ type: 'RES' });
    const call = watched(cluster.get(Client, ServiceBroker).call('math.add', { a: 1, b: 1 }));
    await cluster.advance(4999);
    expect(call.state).toBe('pending');
    await cluster.advance(100);
    expect(call.value).toMatchObject({ name: 'RequestTimeoutError' });
  });

  it('refuses a type that no packet has, which would lose none', async () => {
    const cluster = await start();
    expect(() => cluster.drop({ type: ['REQ', 'RESPONSE' as never] })).toThrow(/'RESPONSE'.*REQ, RES, EVENT/);
  });

  it('refuses a chance that is none', async () => {
    const cluster = await start();
    expect(() => cluster.drop({ chance: 2 })).toThrow('chance is 2');
    expect(() => cluster.drop({ to: 'nobody' })).toThrow("no node 'nobody'");
  });
});
