import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import {
  getBrokerToken,
  InjectService,
  MOLECULER_IDS,
  MoleculerModule,
  ServiceBroker,
  type ServiceClient,
} from '../../../lib/index.js';
import { createTestCluster } from '../../../lib/testing/index.js';
import { Client, clusters, MathService, seenBy, Server, watched, Worker } from './test-cluster.fixture.js';

const start = clusters();

describe('a test cluster', () => {
  it('calls and emits across its nodes without time passing', async () => {
    const cluster = await start();
    const broker = cluster.get(Client, ServiceBroker);
    const before = cluster.elapsed;
    expect(await broker.call('math.add', { a: 5, b: 3 })).toBe(8);
    await broker.emit('number', 7);
    await cluster.advance(0);
    expect(cluster.get(Server, MathService).heard).toEqual([7]);
    expect(cluster.elapsed).toBe(before);
  });

  it('takes its nodes by module, by node ID and by place', async () => {
    const cluster = await start({ nodes: [Server, Worker, { module: Worker, nodeID: 'named' }] });
    expect(cluster.nodeIDs).toEqual(['server', expect.stringMatching(/^node-1-/), 'named']);
    expect(cluster.get('named', ServiceBroker)).toBe(cluster.get(2, ServiceBroker));
    expect(cluster.get(Server, ServiceBroker).nodeID).toBe('server');
    expect(cluster.get(cluster.nodeIDs[1]!, ServiceBroker).nodeID).toBe(cluster.nodeIDs[1]);
    expect(() => cluster.get(Worker, ServiceBroker)).toThrow('2 nodes of the cluster are made of Worker');
    expect(() => cluster.get('nobody', ServiceBroker)).toThrow(/no node 'nobody'.*server.*named/);
  });

  it('moves time by milliseconds and by words', async () => {
    const cluster = await start();
    const before = cluster.elapsed;
    await cluster.advance(500);
    await cluster.advance('2s');
    await cluster.advance('1.5m');
    expect(cluster.elapsed - before).toBe(500 + 2000 + 90_000);
    expect(() => cluster.advance('soon' as '1s')).toThrow(/'soon' is no length of time/);
    expect(() => cluster.advance(-1)).toThrow(RangeError);
  });

  it('runs whatever falls due when its time comes, and no earlier', async () => {
    const cluster = await start();
    const call = watched(cluster.get(Client, ServiceBroker).call<string>('math.slow', { ms: 3000 }));
    await cluster.advance(2999);
    expect(call.state).toBe('pending');
    await cluster.advance(1);
    expect(call).toEqual({ state: 'done', value: 'done' });
  });

  it('moves time on for a promise', async () => {
    const cluster = await start();
    const broker = cluster.get(Client, ServiceBroker);
    const before = cluster.elapsed;
    expect(await cluster.run(broker.call<string>('math.slow', { ms: 4000 }))).toBe('done');
    expect(cluster.elapsed - before).toBe(4000);
    await expect(cluster.run(broker.call<string>('math.slow', { ms: 6000 }))).rejects.toThrow(/timed out/i);
    await expect(cluster.run(new Promise(() => undefined))).rejects.toThrow(/did not end within .*seed 1/);
  });

  it('gives several brokers of an application their places too', async () => {
    @Module({
      imports: [
        MoleculerModule.forRoot({ nodeID: 'a' }),
        MoleculerModule.forRoot({ name: 'b', nodeID: 'b' }),
      ],
    })
    class Both {}
    const cluster = await start({ nodes: [Server, Both] });
    expect(await cluster.get<ServiceBroker>(Both, getBrokerToken('b')).call('math.add', { a: 1, b: 1 })).toBe(
      2,
    );
    expect(seenBy(cluster, 'server')).toEqual(['a', 'b']);
  });

  it('keeps clusters apart', async () => {
    const one = await start();
    const two = await start({ nodes: [Client] });
    await two.advance('1m');
    expect(seenBy(two, 'client')).toEqual([]);
    expect(seenBy(one, 'client')).toEqual(['server']);
    expect(one.elapsed).toBeLessThan(1000);
  });

  it('makes applications as it is told, for what else must be replaced', async () => {
    @Injectable()
    class Database {
      read = (): string => 'real';
    }
    @Injectable()
    class Reader {
      constructor(
        @Inject(Database) readonly database: Database,
        @InjectService('math') readonly math: ServiceClient<MathService>,
      ) {}
    }
    @Module({ imports: [MoleculerModule.forRoot()], providers: [Database, Reader] })
    class App {}
    const create = (module: DynamicModule) =>
      Test.createTestingModule({ imports: [module] })
        .overrideProvider(Database)
        .useValue({ read: () => 'replaced' })
        .compile();
    const cluster = await start({ nodes: [Server, App], create });
    const reader = cluster.get(App, Reader);
    expect(reader.database.read()).toBe('replaced');
    expect(await reader.math.add({ a: 1, b: 2 })).toBe(3);
  });

  it('says why a node cannot start, and leaves nothing behind', async () => {
    const ended: string[] = [];
    @Module({ imports: [MoleculerModule.forRoot()] })
    class Good implements OnApplicationShutdown {
      onApplicationShutdown = () => void ended.push('good');
    }
    @Module({ imports: [MoleculerModule.forRoot({ heartbeatInterval: -1 })] })
    class Bad {}
    await expect(createTestCluster({ nodes: [Good, Bad], logger: false })).rejects.toThrow(
      /heartbeatInterval/,
    );
    expect(ended).toEqual(['good']);
  });

  it('refuses what makes no cluster', async () => {
    await expect(createTestCluster({ nodes: [] })).rejects.toThrow('at least one node');
    await expect(createTestCluster({ nodes: [Client], seed: 0.5 })).rejects.toThrow("'0.5' is no seed");
  });

  it('closes its applications, and is closed but once', async () => {
    const ended: string[] = [];
    @Module({ imports: [MoleculerModule.forRoot()] })
    class App implements OnApplicationShutdown {
      onApplicationShutdown = () => void ended.push('end');
    }
    const cluster = await start({ nodes: [App] });
    await Promise.all([cluster.close(), cluster.close()]);
    expect(ended).toEqual(['end']);
    expect(() => cluster.get(App, ServiceBroker)).toThrow('is down');
  });

  it('shows its brokers, also those that are made later, before they start', async () => {
    const cluster = await start();
    const seen: [string, number][] = [];
    const end = cluster.eachBroker(({ nodeID, registry }) => seen.push([nodeID, registry.nodes().length]));
    expect(seen).toEqual([
      ['server', 2],
      ['client', 2],
    ]);
    await cluster.restart('client');
    expect(seen.slice(2)).toEqual([['client', 1]]);
    end();
    await cluster.restart('server');
    expect(seen).toHaveLength(3);
  });

  it('draws IDs from the seed', async () => {
    const idOf = async (seed: number) =>
      (await start({ seed })).get<() => string>(Client, MOLECULER_IDS as unknown as string)();
    expect(await idOf(1)).toBe(await idOf(1));
    expect(await idOf(1)).not.toBe(await idOf(2));
  });
});
