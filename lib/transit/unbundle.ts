import {
  EVENT,
  FAILURE,
  kindOf,
  MAX_ENTRIES,
  NO_RESULT,
  REQUEST,
  RESULT,
  unpackEvent,
  unpackRequest,
  unpackResponse,
} from '../protocol/bundle.js';
import type { Envelope, ProtocolVersion } from '../protocol/packets.js';

export type HandOver = (type: 'REQ' | 'RES' | 'EVENT', packet: Envelope) => void;

/**
 * Hands the packets of a bundle over, in order. One that fails keeps no other back.
 *
 * @returns false if anything in it was no packet, or there are too many of them
 */
export function unbundle(
  entries: unknown,
  ver: ProtocolVersion,
  sender: string,
  handOver: HandOver,
  failed: (error: unknown) => void,
): boolean {
  if (!Array.isArray(entries) || entries.length > MAX_ENTRIES) return false;
  let whole = true;
  for (const entry of entries) {
    try {
      whole = unpack(entry as readonly unknown[], ver, sender, handOver) && whole;
    } catch (error) {
      failed(error);
    }
  }
  return whole;
}

function unpack(
  entry: readonly unknown[],
  ver: ProtocolVersion,
  sender: string,
  handOver: HandOver,
): boolean {
  switch (kindOf(entry)) {
    case REQUEST: {
      const packet = unpackRequest(entry, ver, sender);
      if (packet !== null) handOver('REQ', packet);
      return packet !== null;
    }
    case RESULT:
    case NO_RESULT:
    case FAILURE: {
      const packet = unpackResponse(entry, ver, sender);
      if (packet !== null) handOver('RES', packet);
      return packet !== null;
    }
    case EVENT: {
      const packet = unpackEvent(entry, ver, sender);
      if (packet !== null) handOver('EVENT', packet);
      return packet !== null;
    }
    default:
      return false;
  }
}
