import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SchedulerAction, Subscription } from 'rxjs';
import { expect } from 'vitest';
import type { ServiceSchema } from '../../../lib/broker/service-schema.js';
import type { MoleculerModuleOptions } from '../../../lib/options/moleculer-module-options.interface.js';
import { SystemScheduler } from '../../../lib/time/system-scheduler.js';
import { captureLogs } from '../../support/cluster.js';
import { heldByNode } from '../../support/held.mjs';
import { openJournal, workServices } from '../../support/load.mjs';
import { makeNode } from '../../support/node.js';
import { compileOwn, startOwnChild, type OwnChild } from '../../support/own-child.js';
import { startPeer, type Peer } from '../../support/peer.js';
import { startRedis, type RedisServer } from '../../support/redis-server.js';
import { uniqueNamespace } from '../../support/redis.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { waitUntil } from '../../support/wait-until.js';
import { Load } from './load-run.js';

/** s: short, so that silence is noticed soon; long enough for a client to try its lost Redis again (every 2 s at most). */
export const HEARTBEATS = { heartbeatInterval: 0.5, heartbeatTimeout: 5 };
/** ms until the registry must be true again. */
export const TWO_TIMEOUTS = 2 * HEARTBEATS.heartbeatTimeout * 1000;

export const NEAR = 'near';
export const FAR = 'far';
export const JS = 'js';

/** The clock of the node in this process: it counts its timers, and it can be put forwards and back. */
export class TestScheduler extends SystemScheduler {
  /** ms */
  offset = 0;
  private readonly actions = new Set<Subscription & { pending?: boolean }>();

  /** Timers that wait for their time. */
  get pending(): number {
    for (const action of this.actions) if (action.closed || !action.pending) this.actions.delete(action);
    return this.actions.size;
  }

  override now(): number {
    return super.now() + this.offset;
  }

  override schedule<T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay?: number,
    state?: T,
  ): Subscription {
    const action = super.schedule(work, delay, state);
    this.actions.add(action);
    return action;
  }
}

export interface Connection {
  id: string;
  subscriber: boolean;
}

export interface Held {
  near: HeldByNode & { timers: number; connections: boolean[] };
  far: { node: HeldByNode; process: Record<string, number>; connections: boolean[] };
}

type HeldByNode = ReturnType<typeof heldByNode>;

export interface FaultClusterOptions {
  /** `near` reaches Redis by a way that can be cut. */
  way?: boolean;
}

/**
 * A Redis of its own and three nodes that call each other and share events: `near` (ours, in this process), `far` (ours, a process of
 * its own) and `js` (Moleculer 0.15).
 */
export class FaultCluster {
  readonly scheduler = new TestScheduler();
  readonly namespace = uniqueNamespace('faults');
  readonly logs = captureLogs();
  near!: ReturnType<typeof makeNode>;
  far!: OwnChild;
  js!: Peer;
  /** What is held when nothing happens: whatever happens, it must come to this again. */
  atRest!: Held;

  private constructor(
    readonly redis: RedisServer,
    readonly way: TcpProxy | null,
    readonly journals: string,
    private readonly lib: Awaited<ReturnType<typeof compileOwn>>,
  ) {}

  static async start({ way = false }: FaultClusterOptions = {}): Promise<FaultCluster> {
    const [redis, journals, lib] = await Promise.all([
      startRedis(),
      mkdtemp(join(tmpdir(), 'journals-')),
      compileOwn(),
    ]);
    const proxy = way ? await TcpProxy.start(redis.port) : null;
    const cluster = new FaultCluster(redis, proxy, journals, lib);
    await Promise.all([cluster.startNear(), cluster.startFar(), cluster.startJs()]);
    await cluster.whole();
    cluster.atRest = await cluster.heldAtRest();
    return cluster;
  }

  async startFar(): Promise<void> {
    this.far = await startOwnChild(this.lib.dir, this.optionsOf(FAR), this.journal(FAR));
  }

  async startJs(): Promise<void> {
    const { url } = this.redis;
    this.js = await startPeer({
      ...HEARTBEATS,
      version: 15,
      url,
      namespace: this.namespace,
      nodeID: JS,
      services: [],
      preferLocal: false,
      journal: this.journal(JS),
    });
  }

  /** Load from everywhere to everywhere; `timeout` ms of each call. */
  load(timeout?: number): Promise<Load> {
    return Load.start(this, timeout);
  }

  /** Until every node sees exactly those that are there, and calls go all ways. */
  async whole(limit = 10_000): Promise<void> {
    await waitUntil('a whole cluster', async () => (await this.isTrue()) && (await this.allWays()), {
      timeout: limit,
    });
  }

  /** Whether both nodes of ours see exactly the nodes that there are. */
  async isTrue(expected: readonly string[] = [FAR, JS, NEAR]): Promise<boolean> {
    const { nodes } = await this.far.stats();
    const far = nodes.filter(({ available }) => available).map(({ id }) => id);
    return isSame(far, expected) && isSame(this.seen(), expected);
  }

  /** The nodes that `near` takes for available. */
  seen(): string[] {
    return this.near.registry.nodes({ onlyAvailable: true }).map(({ id }) => id);
  }

  /** The two connections of a node, as Redis sees them. */
  async connections(nodeID: string): Promise<Connection[]> {
    const list = (await this.redis.admin().client('LIST')) as string;
    return list
      .trim()
      .split('\n')
      .filter((line) => line.includes(` name=${nodeID} `))
      .map((line) => ({ id: /^id=(\d+)/.exec(line)![1], subscriber: !line.includes(' sub=0 ') }));
  }

  /** What both nodes of ours hold on to. */
  async held(): Promise<Held> {
    const [far, near, farConnections] = await Promise.all([
      this.far.cmd('held'),
      this.connections(NEAR),
      this.connections(FAR),
    ]);
    const roles = (connections: Connection[]) => connections.map(({ subscriber }) => subscriber).sort();
    return {
      near: { ...heldByNode(this.near), timers: this.scheduler.pending, connections: roles(near) },
      far: { ...far, connections: roles(farConnections) },
    };
  }

  async close(): Promise<void> {
    await this.near?.node.stop();
    const [code] = await Promise.all([this.far?.stop(), this.js?.stop()]);
    await this.way?.close();
    await this.redis.stop();
    await Promise.all([this.lib.remove(), rm(this.journals, { recursive: true, force: true })]);
    // 3: there was a rejection that nobody handled.
    expect(code).toBe(0);
  }

  /** The same at several looks in a row: nothing of the start is left. */
  private async heldAtRest(): Promise<Held> {
    const looks: string[] = [];
    return waitUntil(
      'a cluster at rest',
      async () => {
        const held = await this.held();
        looks.push(JSON.stringify(held));
        return looks.length > 5 && new Set(looks.slice(-5)).size === 1 ? held : null;
      },
      { every: 150 },
    );
  }

  private async startNear(): Promise<void> {
    this.near = makeNode(this.optionsOf(NEAR, this.way?.port), { scheduler: this.scheduler });
    const note = openJournal(this.journal(NEAR));
    const services = workServices(note, NEAR) as ServiceSchema[];
    for (const schema of services) await this.near.broker.createService(schema);
    await this.near.node.start();
  }

  /** Of a node of ours. */
  optionsOf(nodeID: string, port = this.redis.port): MoleculerModuleOptions & { nodeID: string } {
    const { namespace } = this;
    const transporter = { type: 'Redis', options: { host: '127.0.0.1', port, connectionName: nodeID } };
    // Calls shall cross the wire.
    return { transporter, namespace, nodeID, registry: { preferLocal: false }, ...HEARTBEATS };
  }

  /** Where a node notes what it handled. */
  journal(nodeID: string): string {
    return join(this.journals, nodeID);
  }

  private async allWays(): Promise<boolean> {
    const params = { id: 'probe' };
    const to = (nodeID: string) => ({ nodeID, timeout: 500 });
    const near = (nodeID: string) =>
      this.near.broker.call<{ by: string }>('work.echo', params, to(nodeID)).then(
        ({ by }) => by === nodeID,
        () => false,
      );
    const other = (node: OwnChild | Peer, nodeID: string) =>
      ('outcome' in node ? node.outcome : node.call)
        .call(node, 'work.echo', params, to(nodeID))
        .then(({ ok }: { ok: boolean }) => ok);
    const results = await Promise.all([
      near(FAR),
      near(JS),
      other(this.far, NEAR),
      other(this.far, JS),
      other(this.js, NEAR),
      other(this.js, FAR),
    ]);
    return results.every(Boolean);
  }
}

const isSame = (one: readonly string[], other: readonly string[]) =>
  [...one].sort().join() === [...other].sort().join();
