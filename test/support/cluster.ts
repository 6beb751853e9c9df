import { Logger } from '@nestjs/common';
import { nodeService } from '../../lib/broker/node.service.js';
import type { ServiceSchema } from '../../lib/broker/service-schema.js';
import type { MoleculerModuleOptions } from '../../lib/options/moleculer-module-options.interface.js';
import { makeNode } from './node.js';
import { newSeen, ownServices, type Seen } from './own-services.js';
import { startPeer, type Peer, type PeerOptions } from './peer.js';
import { redisUrl, uniqueNamespace } from './redis.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

/** What interop tests run against. */
export const VERSIONS = [
  { version: 14, protocol: '4' },
  { version: 15, protocol: '5' },
] as const;

export interface ClusterOptions {
  label: string;
  version?: 14 | 15;
  /** Default: the Redis of the run. */
  url?: string;
  namespace?: string;
}

export interface OwnOptions extends MoleculerModuleOptions {
  /** Default: all of own-services.ts. */
  services?: ServiceSchema[];
}

// Tests that look at the logs ask for them (`captureLogs`).
Logger.overrideLogger(false);

let count = 0;

/** Nodes of ours and real Moleculer nodes in a namespace of their own. */
export class Cluster {
  readonly version: 14 | 15;
  readonly url: string;
  readonly namespace: string;
  private readonly owned: OwnNode[] = [];
  private readonly peers: Peer[] = [];

  constructor(options: ClusterOptions) {
    this.version = options.version ?? 15;
    this.url = options.url ?? redisUrl();
    this.namespace = options.namespace ?? uniqueNamespace(`${options.label}${this.version}`);
  }

  /** A node of ours, joined. */
  async own(options: OwnOptions = {}): Promise<OwnNode> {
    const node = await this.prepareOwn(options);
    await node.node.start();
    return node;
  }

  /** The same, not started. */
  async prepareOwn({ services, ...options }: OwnOptions = {}): Promise<OwnNode> {
    const seen = newSeen();
    const nodeID = `own${this.version}-${++count}`;
    const { url: transporter, namespace } = this;
    // Who starts it goes on when it has joined, however long that takes.
    const transit = { connectTimeout: 60_000 };
    const node = makeNode({ transporter, namespace, nodeID, transit, ...options });
    // As the module does.
    const { broker, registry } = node;
    const host = { registry, options: () => broker.options, health: () => broker.getHealthStatus() };
    if (broker.options.internalServices) broker.registerServices([nodeService(host)]);
    for (const schema of services ?? ownServices(seen)) await broker.createService(schema);
    const owned = new OwnNode(node, seen);
    this.owned.push(owned);
    return owned;
  }

  async peer(options: Partial<PeerOptions> = {}): Promise<Peer> {
    const { version, url, namespace } = this;
    const peer = await startPeer({ version, url, namespace, nodeID: `js${version}-${++count}`, ...options });
    this.peers.push(peer);
    return peer;
  }

  /** Everybody leaves. */
  async close(): Promise<void> {
    await Promise.all([...this.owned.map((own) => own.stop()), ...this.peers.map((peer) => peer.stop())]);
  }
}

/** A node of ours in this process. */
export class OwnNode {
  constructor(
    private readonly parts: ReturnType<typeof makeNode>,
    readonly seen: Seen,
  ) {}

  get nodeID(): string {
    return this.broker.nodeID;
  }
  get broker() {
    return this.parts.broker;
  }
  get registry() {
    return this.parts.registry;
  }
  get transit() {
    return this.parts.transit;
  }
  get node() {
    return this.parts.node;
  }

  /** Calls that wait for an answer of another node. */
  get pending(): number {
    return this.broker.parts.requester.pending.size;
  }

  stop(): Promise<void> {
    return this.node.stop();
  }

  call(action: string, params?: unknown, opts?: object): Promise<any> {
    return this.broker.call<any>(action, params, opts);
  }

  /** The error of a call that must fail. */
  failure(action: string, params?: unknown, opts?: object): Promise<any> {
    return this.call(action, params, opts).then(
      (value) => {
        throw new Error(`${action} did not fail but gave ${JSON.stringify(value)}`);
      },
      (error: unknown) => error,
    );
  }

  events(name: string) {
    return this.seen.events.filter(({ eventName }) => eventName === name);
  }

  waitForEvents(name: string, count = 1, options?: WaitOptions) {
    return waitUntil(
      `${count} × "${name}" at ${this.nodeID}`,
      () => (this.events(name).length >= count ? this.events(name) : null),
      options,
    );
  }

  async waitForNode(nodeID: string, available = true, options?: WaitOptions): Promise<void> {
    await waitUntil(
      `${nodeID} ${available ? 'available' : 'gone'} for ${this.nodeID}`,
      () => (this.registry.node(nodeID)?.available ?? false) === available,
      options,
    );
  }

  async waitForEndpoints(action: string, count: number, options?: WaitOptions): Promise<void> {
    await waitUntil(
      `${count} endpoints of ${action} for ${this.nodeID}`,
      () => (this.registry.action(action)?.count ?? 0) === count,
      options,
    );
  }

  /** Until a node is known to serve an action. */
  async waitForOffer(action: string, nodeID: string, options?: WaitOptions): Promise<void> {
    await waitUntil(
      `${action} of ${nodeID} for ${this.nodeID}`,
      () => this.registry.action(action)?.on(nodeID) !== undefined,
      options,
    );
  }

  /** Until that many nodes are known to listen to a pattern. */
  async waitForListeners(pattern: string, count: number, options?: WaitOptions): Promise<void> {
    await waitUntil(
      `${count} listeners of ${pattern} for ${this.nodeID}`,
      () => {
        const lists = this.registry.events({ withEndpoints: true }).filter(({ name }) => name === pattern);
        const nodes = new Set(lists.flatMap(({ endpoints = [] }) => endpoints.map(({ nodeID }) => nodeID)));
        return nodes.size === count;
      },
      options,
    );
  }
}

/** Until a peer knows of the listeners of a pattern: how many (pattern, group, node) there are. */
export function peerListeners(peer: Peer, pattern: string, count: number, options?: WaitOptions) {
  return waitUntil(
    `${count} listeners of ${pattern} for ${peer.nodeID}`,
    async () => {
      const lists =
        await peer.cmd<
          { name: string; group: string; endpoints?: { nodeID: string; available: boolean }[] }[]
        >('subscriptions');
      const found = lists
        .filter(({ name }) => name === pattern)
        .flatMap(({ group, endpoints = [] }) =>
          endpoints.filter(({ available }) => available).map(({ nodeID }) => ({ group, nodeID })),
        );
      return found.length === count ? found : null;
    },
    options,
  );
}

/** Counts by value. */
export function tally(values: readonly string[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const value of values) result[value] = (result[value] ?? 0) + 1;
  return result;
}

export interface LogLine {
  level: string;
  text: string;
}

/** Nest's logger writes into this list from now on. */
export function captureLogs(): LogLine[] {
  const lines: LogLine[] = [];
  const keep =
    (level: string) =>
    (...args: unknown[]) =>
      void lines.push({ level, text: args.map(String).join(' ') });
  Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error'), debug: keep('debug') });
  return lines;
}
