import type { INestApplicationContext } from '@nestjs/common';
import { ServiceBroker } from 'nestjs-moleculer';
import { startApp } from './nest-node.js';
import type { Node, NodeSettings, StartNode } from './node.js';
import type { Role } from './roles.js';

/** The shop, on whose node the story is told, and the nodes around it. */
export class Cluster {
  readonly broker: ServiceBroker;
  private readonly others = new Map<string, Node>();

  private constructor(
    private readonly shop: INestApplicationContext,
    private readonly settings: Omit<NodeSettings, 'nodeID'>,
    private readonly startNode: StartNode,
  ) {
    this.broker = shop.get(ServiceBroker);
  }

  /** A cluster with the shop alone. */
  static async open(settings: Omit<NodeSettings, 'nodeID'>, startNode: StartNode): Promise<Cluster> {
    return new Cluster(await startApp('shop', { ...settings, nodeID: 'shop' }), settings, startNode);
  }

  get nodeIDs(): string[] {
    return ['shop', ...this.others.keys()].sort();
  }

  has(nodeID: string): boolean {
    return this.others.has(nodeID);
  }

  async join(role: Role, nodeID: string): Promise<void> {
    this.others.set(nodeID, await this.startNode(role, { ...this.settings, nodeID }));
  }

  async leave(nodeID: string): Promise<void> {
    const node = this.others.get(nodeID);
    this.others.delete(nodeID);
    await node?.leave();
  }

  /** Ends all nodes, also if one of them fails to. */
  async close(): Promise<void> {
    const ends = await Promise.allSettled([...this.others.keys()].map((nodeID) => this.leave(nodeID)));
    await this.shop.close();
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
