import { BrokerOptionsError } from '../../errors/broker.error.js';
import {
  alreadyConnected,
  memoryClosed,
  memoryHubWrong,
  notConnected,
} from '../../messages/transporters.messages.js';
import { Transporter } from '../transporter.js';
import { memoryHub, type HubPort, type MemoryHub } from './memory-hub.js';

/** Options of the memory transporter. */
export interface MemoryTransporterOptions {
  /** Name of the network inside the process; members of one hub see each other. Default `'default'`. */
  hub?: string;
}

/**
 * Connects the brokers of one process, in one or several applications, without a server: for tests, demos and modular
 * monoliths. Packets go through the serializer as on any wire.
 */
export class MemoryTransporter extends Transporter {
  override readonly acceptsText = true;
  private readonly hubName: string;
  private hub: MemoryHub | null = null;
  /** While `connect` waits for a hub that is down. */
  private waiting: { resolve(): void; reject(error: Error): void } | null = null;

  /** @throws BrokerOptionsError if `hub` is no name */
  constructor(options: MemoryTransporterOptions = {}) {
    super();
    const hub: unknown = options.hub ?? 'default';
    if (typeof hub !== 'string' || hub === '') throw new BrokerOptionsError(memoryHubWrong(), { hub });
    this.hubName = hub;
  }

  connect(): Promise<void> {
    if (this.hub) return Promise.reject(new Error(alreadyConnected(this.name)));
    this.hub = memoryHub(this.hubName);
    if (this.hub.join(this, this.port)) return Promise.resolve();
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  /** Returns when what this member sent has arrived: who waits for a node to be gone finds that the others know it. */
  disconnect(): Promise<void> {
    const { hub } = this;
    hub?.leave(this);
    this.hub = null;
    this.waiting?.reject(new Error(memoryClosed()));
    this.waiting = null;
    return hub ? hub.delivered() : Promise.resolve();
  }

  subscribe(topics: readonly string[]): Promise<void> {
    if (this.hub?.subscribe(this, topics)) return Promise.resolve();
    return Promise.reject(new Error(notConnected(this.name)));
  }

  override unsubscribe(topics: readonly string[]): Promise<void> {
    this.hub?.unsubscribe(this, topics);
    return Promise.resolve();
  }

  override isSubscribed(topic: string): boolean {
    return this.hub?.isSubscribed(this, topic) === true;
  }

  send(topic: string, data: Buffer | string): void {
    this.hub?.publish(this, topic, data);
  }

  override countSubscribers(topic: string): Promise<number | null> {
    return Promise.resolve(this.hub ? this.hub.countSubscribers(topic) : null);
  }

  private readonly port: HubPort = {
    message: (topic, data) => {
      try {
        this.receive(topic, data);
      } catch (error) {
        // One receiver's trouble must not keep the parcel from the others.
        this.failed(error as Error);
      }
    },
    up: () => {
      const { waiting } = this;
      this.waiting = null;
      if (waiting) waiting.resolve();
      else this.connectionRestored();
    },
    down: (error) => this.connectionLost(error),
  };
}
