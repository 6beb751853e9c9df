import type { PacketType } from '../protocol/packets.js';
import type { Bytes, MessageWriter } from './packet-writer.js';

/** The way to a node: how its packets are written, and where they go then. */
export interface Outbox {
  readonly writer: MessageWriter;
  /** Returns whether the packet was handed over. */
  send(type: PacketType, nodeID: string, bytes: Bytes): boolean;
}
