import { Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { MoleculerModule, ServiceBroker } from '../../../lib/index.js';
import { Client, clusters, MathService, seenBy, Server, watched, Worker } from './test-cluster.fixture.js';

const start = clusters();

/** Its hooks take real time. */
class Database implements OnApplicationBootstrap, OnModuleDestroy {
  readonly seen: string[] = [];
  async onApplicationBootstrap(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 200));
    this.seen.push('open');
  }
  async onModuleDestroy(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    this.seen.push('closed');
  }
}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'stored' })], providers: [Database] })
class Stored {}

describe('a node whose hooks take real time', () => {
  it('is waited for when it starts, when it is restarted and when the cluster is closed', async () => {
    const cluster = await start({ nodes: [Stored, Client] });
    const first = cluster.get(Stored, Database);
    expect(first.seen).toEqual(['open']);
    const before = cluster.elapsed;
    await cluster.restart(Stored);
    // Twice a minute, until it is sure that a hook is waited for, and hardly more.
    expect(cluster.elapsed - before).toBeLessThan(130_000);
    expect(first.seen).toEqual(['open', 'closed']);
    const second = cluster.get(Stored, Database);
    await cluster.close();
    expect(second.seen).toEqual(['open', 'closed']);
  });
});

describe('a node that is restarted', () => {
  it('again while it is, is restarted twice, and nothing of it is left in between', async () => {
    const databases: Database[] = [];
    class Kept extends Database {
      constructor() {
        super();
        databases.push(this);
      }
    }
    const cluster = await start({ nodes: [{ module: Stored, nodeID: 'stored', providers: [Kept] }, Client] });
    await Promise.all([cluster.restart(Stored), cluster.restart(Stored)]);
    await cluster.close();
    expect(databases.map(({ seen }) => seen)).toEqual(Array(3).fill(['open', 'closed']));
    expect(cluster.trace.match(/^\S+ restart stored$/gm)).toHaveLength(2);
  });

  it('while the cluster is closed is closed with it, and afterwards cannot be', async () => {
    const cluster = await start({ nodes: [Stored, Client] });
    const restarted = cluster.restart(Stored);
    await cluster.close();
    await restarted;
    expect(() => cluster.get(Stored, Database)).toThrow('is down');
    await expect(cluster.restart(Stored)).rejects.toThrow('is closed');
  });
});

describe('a node of a test cluster that crashes', () => {
  it('says no word: the others notice by its silence', async () => {
    const cluster = await start();
    await cluster.crash('server');
    await cluster.advance('25s');
    expect(seenBy(cluster, 'client')).toEqual(['server']);
    await cluster.advance('20s');
    expect(seenBy(cluster, 'client')).toEqual([]);
  });

  it('does nothing more: no timer of it goes off, and no packet leaves it', async () => {
    const cluster = await start();
    const call = watched(cluster.get(Client, ServiceBroker).call<string>('math.slow', { ms: 1000 }));
    await cluster.advance(500);
    await cluster.crash(Server);
    const from = cluster.trace.length;
    await cluster.advance('4s');
    expect(call.state).toBe('pending');
    await cluster.advance('1m');
    expect(call.state).toBe('failed');
    expect(cluster.trace.slice(from)).not.toMatch(/^\S+ server -/m);
  });

  it('has its own calls settled when the cluster is closed, and its hooks run then', async () => {
    const ended: string[] = [];
    @Module({ imports: [MoleculerModule.forRoot({ requestTimeout: 0 })] })
    class Caller implements OnModuleDestroy {
      onModuleDestroy = () => void ended.push('hook');
    }
    const cluster = await start({ nodes: [Server, Caller] });
    const call = watched(cluster.get(Caller, ServiceBroker).call<string>('math.slow', { ms: 9000 }));
    await cluster.advance(0);
    await cluster.crash(Caller);
    await cluster.advance('1m');
    expect(call.state).toBe('pending');
    expect(ended).toEqual([]);
    expect(() => cluster.get(Caller, ServiceBroker)).toThrow('is down');
    await cluster.close();
    expect(call.state).toBe('failed');
    expect(ended).toEqual(['hook']);
  });

  it('comes back as another process of its node ID', async () => {
    const cluster = await start();
    const before = cluster.get(Server, MathService);
    const { instanceID } = cluster.get(Server, ServiceBroker).registry.localNode;
    await cluster.crash('server');
    await cluster.restart('server');
    expect(cluster.get(Server, MathService)).not.toBe(before);
    expect(cluster.get(Server, ServiceBroker).registry.localNode.instanceID).not.toBe(instanceID);
    expect(await cluster.get(Client, ServiceBroker).call('math.add', { a: 1, b: 2 })).toBe(3);
  });

  it('comes back under a new node ID where its options name none', async () => {
    const cluster = await start({ nodes: [Worker, Client] });
    const [before] = cluster.nodeIDs;
    await cluster.crash(0);
    await cluster.restart(0);
    expect(cluster.nodeIDs[0]).not.toBe(before);
    expect(seenBy(cluster, 'client')).toContain(cluster.nodeIDs[0]);
  });
});

describe('a node of a test cluster that is restarted', () => {
  it('leaves in good order first', async () => {
    const cluster = await start();
    const from = cluster.trace.length;
    const call = watched(cluster.get(Client, ServiceBroker).call<string>('math.slow', { ms: 1000 }));
    await cluster.advance(0);
    await cluster.restart(Server);
    expect(call).toEqual({ state: 'done', value: 'done' });
    expect(cluster.trace.slice(from)).toMatch(/server -> client MOL\.DISCONNECT /);
    expect(await cluster.get(Client, ServiceBroker).call('math.where')).toBe('server');
  });
});

describe('a node of a test cluster that cannot start', () => {
  it('is down, and can be tried again', async () => {
    let broken = false;
    @Module({ imports: [MoleculerModule.forRoot({ nodeID: 'fickle' })], providers: [MathService] })
    class Fickle implements OnApplicationBootstrap {
      onApplicationBootstrap(): void {
        if (broken) throw new Error('not today');
      }
    }
    const cluster = await start({ nodes: [Fickle, Client], logger: false });
    await cluster.crash(Fickle);
    broken = true;
    await expect(cluster.restart(Fickle)).rejects.toThrow('not today');
    expect(() => cluster.app(Fickle)).toThrow('is down');
    broken = false;
    await cluster.restart(Fickle);
    expect(await cluster.get(Client, ServiceBroker).call('math.where')).toBe('fickle');
  });
});

describe('a node of a test cluster that loses its connection', () => {
  it('knows it, and joins again', async () => {
    const cluster = await start();
    const broker = cluster.get(Client, ServiceBroker);
    const call = watched(broker.call<string>('math.slow', { ms: 1000 }));
    await cluster.advance(0);
    cluster.disconnect(Client);
    await cluster.advance(0);
    expect(call.state).toBe('failed');
    await expect(broker.call('math.add', { a: 1, b: 2 })).rejects.toMatchObject({ code: 502 });
    cluster.reconnect(Client);
    await cluster.advance(0);
    expect(await broker.call('math.add', { a: 1, b: 2 })).toBe(3);
  });
});
