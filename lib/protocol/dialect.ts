import type { Dictionary, ProtocolVersion } from './packets.js';
import { quote } from './quote.js';

/**
 * What sets the protocol versions apart on our side. Version 5 added `headers`; nodes of version 4 must get exactly the fields
 * of 0.14, for there are brokers that drop a packet with any key they do not know.
 */
export interface Dialect {
  readonly ver: ProtocolVersion;
  readonly carriesHeaders: boolean;
  /** Piece of JSON between `meta` and the next field. */
  headersText(headers: Dictionary | null): string;
  /** The same for serializers that take objects. */
  addHeaders(packet: Dictionary, headers: Dictionary | null): void;
}

export const dialect4: Dialect = {
  ver: '4',
  carriesHeaders: false,
  headersText: () => '',
  addHeaders: () => undefined,
};

export const dialect5: Dialect = {
  ver: '5',
  carriesHeaders: true,
  headersText: (headers) => (headers === null ? ',"headers":{}' : `,"headers":${quote(headers)}`),
  addHeaders: (packet, headers) => {
    packet['headers'] = headers ?? {};
  },
};

export function dialectOf(ver: ProtocolVersion): Dialect {
  return ver === '4' ? dialect4 : dialect5;
}

/** Versions are strings and compared strictly: the number 4 is refused as real nodes refuse it (trap 1). */
export function isProtocolVersion(ver: unknown): ver is ProtocolVersion {
  return ver === '4' || ver === '5';
}
