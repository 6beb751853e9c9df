import type {
  Envelope,
  EventPacket,
  HeartbeatPacket,
  InfoPacket,
  PingPacket,
  PongPacket,
  RequestPacket,
  ResponsePacket,
} from '../protocol/packets.js';

/** Who gets which packet. The transit knows no registry: it hands typed packets to whoever registered. */
export interface PacketHandlers {
  REQ(packet: RequestPacket): void;
  RES(packet: ResponsePacket): void;
  EVENT(packet: EventPacket): void;
  INFO(packet: InfoPacket): void;
  DISCOVER(packet: Envelope): void;
  DISCONNECT(packet: Envelope): void;
  HEARTBEAT(packet: HeartbeatPacket): void;
  PING(packet: PingPacket): void;
  PONG(packet: PongPacket): void;
  /** An INFO that bears our own node ID and is not ours: somebody else runs under it. */
  CONFLICT(packet: InfoPacket): void;
  /** A question or heartbeat of our own came back. */
  ECHO(): void;
}

const ignore = () => undefined;

export function noHandlers(): PacketHandlers {
  return {
    REQ: ignore,
    RES: ignore,
    EVENT: ignore,
    INFO: ignore,
    DISCOVER: ignore,
    DISCONNECT: ignore,
    HEARTBEAT: ignore,
    PING: ignore,
    PONG: ignore,
    CONFLICT: ignore,
    ECHO: ignore,
  };
}
