import {
  EVENT,
  FAILURE,
  kindOf,
  NO_RESULT,
  REQUEST,
  RESULT,
  unpackEvent,
  unpackRequest,
  unpackResponse,
} from '../protocol/bundle.js';
import type { ProtocolVersion } from '../protocol/packets.js';
import type { PacketHandlers } from './packet-handlers.js';

/**
 * Gives the packets of a bundle to their handlers, in order. One that fails keeps no other from its handler.
 *
 * @returns false if anything in it was no packet
 */
export function unbundle(
  entries: unknown,
  ver: ProtocolVersion,
  sender: string,
  handlers: PacketHandlers,
  failed: (error: unknown) => void,
): boolean {
  if (!Array.isArray(entries)) return false;
  let whole = true;
  for (const entry of entries) {
    try {
      whole = handOver(entry as readonly unknown[], ver, sender, handlers) && whole;
    } catch (error) {
      failed(error);
    }
  }
  return whole;
}

function handOver(
  entry: readonly unknown[],
  ver: ProtocolVersion,
  sender: string,
  handlers: PacketHandlers,
): boolean {
  switch (kindOf(entry)) {
    case REQUEST: {
      const packet = unpackRequest(entry, ver, sender);
      if (packet !== null) handlers.REQ(packet);
      return packet !== null;
    }
    case RESULT:
    case NO_RESULT:
    case FAILURE: {
      const packet = unpackResponse(entry, ver, sender);
      if (packet !== null) handlers.RES(packet);
      return packet !== null;
    }
    case EVENT: {
      const packet = unpackEvent(entry, ver, sender);
      if (packet !== null) handlers.EVENT(packet);
      return packet !== null;
    }
    default:
      return false;
  }
}
