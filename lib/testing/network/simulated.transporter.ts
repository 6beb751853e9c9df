import { notOnNetwork } from '../../messages/cluster.messages.js';
import { Transporter } from '../../transporters/transporter.js';
import type { Port } from './parcel.js';
import type { SimulatedNetwork } from './simulated-network.js';

/** What a transporter of the cluster asks of it. */
export interface SimulatedSite {
  readonly node: number;
  readonly network: SimulatedNetwork;
  readonly bundles: boolean;
  /** Settles when the node may join: all that start together join together. */
  admit(): Promise<void>;
}

/** Connects a broker to the network of its test cluster. */
export class SimulatedTransporter extends Transporter implements Port {
  override readonly name = 'Simulated';
  override readonly acceptsText = true;
  override readonly favoursBundles: boolean;
  readonly node: number;

  constructor(
    readonly nodeID: string,
    private readonly site: SimulatedSite,
  ) {
    super();
    this.node = site.node;
    this.favoursBundles = site.bundles;
  }

  async connect(): Promise<void> {
    await this.site.admit();
    this.site.network.join(this);
  }

  disconnect(): Promise<void> {
    this.site.network.leave(this);
    return Promise.resolve();
  }

  subscribe(topics: readonly string[]): Promise<void> {
    const { network } = this.site;
    if (!network.has(this)) return Promise.reject(new Error(notOnNetwork));
    network.subscribe(this, topics);
    return Promise.resolve();
  }

  override unsubscribe(topics: readonly string[]): Promise<void> {
    this.site.network.unsubscribe(this, topics);
    return Promise.resolve();
  }

  override isSubscribed(topic: string): boolean {
    return this.site.network.hears(this, topic);
  }

  override countSubscribers(topic: string): Promise<number | null> {
    return Promise.resolve(this.site.network.countListeners(this, topic));
  }

  send(topic: string, data: Buffer | string): void {
    this.site.network.publish(this, topic, typeof data === 'string' ? Buffer.from(data) : data);
  }

  message(topic: string, data: Buffer): void {
    try {
      this.receive(topic, data);
    } catch (error) {
      this.failed(error as Error);
    }
  }

  /** The connection is lost, and the node is told. What others sent it and is under way is lost too. */
  cut(reason: string): void {
    this.site.network.leave(this);
    this.connectionLost(new Error(reason));
  }

  /** Ends a cut. */
  restore(): void {
    this.site.network.join(this);
    this.connectionRestored();
  }
}
