import type {
  EventPacket,
  InfoPacket,
  PacketType,
  PingPacket,
  RequestPacket,
  ResponsePacket,
} from './packets.js';

/**
 * Names and IDs of a packet go where the rest of it does not: into maps, log lines, answers and the packets of nested calls; names of
 * events are read by every pattern. So they have a length of their own.
 *
 * @returns the first of them that is longer than `max` characters; null if none is
 */
export function overlongField(type: PacketType, packet: unknown, max: number): string | null {
  switch (type) {
    case 'REQ':
      return inRequest(packet as RequestPacket, max);
    case 'EVENT':
      return inEvent(packet as EventPacket, max);
    case 'RES':
      return (packet as ResponsePacket).id.length > max ? 'id' : null;
    case 'INFO':
      return isLonger((packet as InfoPacket).instanceID, max) ? 'instanceID' : null;
    case 'PING':
    case 'PONG':
      return isLonger((packet as PingPacket).id, max) ? 'id' : null;
    default:
      return null;
  }
}

function inRequest(packet: RequestPacket, max: number): string | null {
  if (packet.id.length > max) return 'id';
  if (packet.action.length > max) return 'action';
  return inOrigin(packet, max);
}

function inEvent(packet: EventPacket, max: number): string | null {
  if (isLonger(packet.id, max)) return 'id';
  if (packet.event.length > max) return 'event';
  return inOrigin(packet, max);
}

function inOrigin(packet: RequestPacket | EventPacket, max: number): string | null {
  if (isLonger(packet.requestID, max)) return 'requestID';
  if (isLonger(packet.parentID, max)) return 'parentID';
  return isLonger(packet.caller, max) ? 'caller' : null;
}

function isLonger(text: string | null, max: number): boolean {
  return text !== null && text.length > max;
}
