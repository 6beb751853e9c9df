import { INVALID_PACKET_DATA, PROTOCOL_VERSION_MISMATCH } from '../messages/errors.messages.js';
import { MoleculerError } from './moleculer.error.js';

/**
 * A packet of another protocol version arrived: code 500, type `PROTOCOL_VERSION_MISMATCH`.
 *
 * @publicApi
 */
export class ProtocolVersionMismatchError extends MoleculerError {
  constructor(data?: { nodeID?: string; actual?: string; received?: unknown }) {
    super(PROTOCOL_VERSION_MISMATCH, 500, 'PROTOCOL_VERSION_MISMATCH', data);
  }
}

/**
 * A packet cannot be read: code 500, type `INVALID_PACKET_DATA`.
 *
 * @publicApi
 */
export class InvalidPacketDataError extends MoleculerError {
  constructor(data?: unknown) {
    super(INVALID_PACKET_DATA, 500, 'INVALID_PACKET_DATA', data);
  }
}
