import type { PacketType } from './packets.js';

/** CMD of the topic by packet type (protocol section 1). The packet types are named after it. */
const BOTH: readonly PacketType[] = ['DISCOVER', 'INFO', 'PING'];
const BROADCAST: readonly PacketType[] = ['DISCONNECT', 'HEARTBEAT'];
const TARGETED: readonly PacketType[] = ['EVENT', 'REQ', 'RES', 'PONG'];

/** Topics of a namespace: `MOL.CMD`, `MOL-ns.CMD`, targeted ones with the node ID behind. Node IDs may hold dots. */
export class Topics {
  private readonly prefix: string;

  constructor(namespace: string) {
    this.prefix = namespace === '' ? 'MOL.' : `MOL-${namespace}.`;
  }

  of(type: PacketType, nodeID?: string): string {
    return nodeID === undefined ? this.prefix + type : `${this.prefix}${type}.${nodeID}`;
  }

  /** The twelve topics a node listens to, with the type of what arrives there. */
  subscriptions(nodeID: string): Map<string, PacketType> {
    const topics = new Map<string, PacketType>();
    for (const type of TARGETED) topics.set(this.of(type, nodeID), type);
    for (const type of BOTH) {
      topics.set(this.of(type), type);
      topics.set(this.of(type, nodeID), type);
    }
    for (const type of BROADCAST) topics.set(this.of(type), type);
    return topics;
  }
}
