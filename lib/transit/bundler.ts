import type { Outbox } from './outbox.js';
import { BundleWriter } from './bundle-writer.js';

/** Characters; a bundle that would grow longer is sent first, so that what packets are lost or refused together stays small. */
const MAX_LENGTH = 32 * 1024;

/**
 * Gathers what one turn of the event loop sends to a node that takes bundles, and sends it as one message at the end of the turn: one
 * message instead of many for Redis, for both its connections and for the parsers at either end. Nothing waits longer than it would
 * in the transporter, and a node gets what is meant for it in the order of sending.
 */
export class Bundler implements Outbox {
  readonly writer = new BundleWriter();
  private open = new Map<string, string>();
  private scheduled = false;

  /** @param post sends the entries, joined by commas */
  constructor(private readonly post: (nodeID: string, entries: string) => boolean) {}

  /** Always true: the transit has looked whether there is a connection. */
  send(_type: unknown, nodeID: string, bytes: Buffer | string): boolean {
    const entry = bytes as string;
    const entries = this.open.get(nodeID);
    if (entries === undefined) this.open.set(nodeID, entry);
    else if (entries.length + entry.length < MAX_LENGTH) this.open.set(nodeID, `${entries},${entry}`);
    else {
      this.post(nodeID, entries);
      this.open.set(nodeID, entry);
    }
    if (!this.scheduled) {
      this.scheduled = true;
      process.nextTick(this.endOfTurn);
    }
    return true;
  }

  /** Sends what was gathered for a node, or for all: something else is about to go to it. */
  flush(nodeID: string | undefined): void {
    if (this.open.size === 0) return;
    if (nodeID === undefined) {
      const { open } = this;
      this.open = new Map();
      for (const [target, entries] of open) this.post(target, entries);
      return;
    }
    const entries = this.open.get(nodeID);
    if (entries === undefined) return;
    this.open.delete(nodeID);
    this.post(nodeID, entries);
  }

  /** The connection is gone, and with it what was gathered. */
  drop(): void {
    this.open = new Map();
  }

  private readonly endOfTurn = (): void => {
    this.scheduled = false;
    this.flush(undefined);
  };
}
