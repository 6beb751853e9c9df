import type { PacketType } from '../../protocol/packets.js';

/** A place on the network, one for each broker. */
export interface Port {
  readonly nodeID: string;
  /** The application it belongs to, by its place in the cluster. */
  readonly node: number;
  message(topic: string, data: Buffer): void;
}

/** Bytes on their way from one place to another. */
export interface Parcel {
  readonly from: Port;
  readonly to: Port;
  readonly topic: string;
  readonly data: Buffer;
}

const TYPE = /\.(EVENT|REQ|RES|DISCOVER|DISCONNECT|INFO|HEARTBEAT|PING|PONG)(?:\.|$)/;

/** The type of the packet in it. */
export function typeOf({ topic }: Parcel): PacketType | undefined {
  return TYPE.exec(topic)?.[1] as PacketType | undefined;
}
