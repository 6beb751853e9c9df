import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Serializer } from '../../lib/index.js';
import type { PacketType, ProtocolVersion } from '../../lib/protocol/packets.js';
import { SERIALIZERS } from './wire-serializers.js';

/** A packet as a real node sent it. */
export interface Recorded {
  scenario: string;
  type: PacketType;
  topic: string;
  /** The node in the topic. */
  target: string | null;
  serializer: Serializer;
  /** For the serializer: compression and encryption are undone. */
  bytes: Buffer;
  payload: Record<string, any>;
}

interface Line {
  scenario: string;
  channel: string;
  payload: Record<string, any>;
}

/** Of which serializer a file is, where that is not JSON. */
const SERIALIZER_OF: Record<string, Serializer> = {
  jsonext: SERIALIZERS.JSONExt,
  cbor: SERIALIZERS.CBOR,
  msgpack: SERIALIZERS.MsgPack,
  notepack: SERIALIZERS.Notepack,
};

/** All packets of `test/fixtures/v<protocol>-<file>.jsonl`. */
export function recordings(protocol: ProtocolVersion, file: string): Recorded[] {
  const url = new URL(`../fixtures/v${protocol}-${file}.jsonl`, import.meta.url);
  const lines = readFileSync(url, 'utf8').trim().split('\n');
  const serializer = SERIALIZER_OF[file] ?? SERIALIZERS.JSON;
  return lines.map((line) => {
    const { scenario, channel, payload } = JSON.parse(line) as Line;
    const [, type, target] = /^MOL(?:-\w+)?\.(\w+)(?:\.(.+))?$/.exec(channel)!;
    const bytes = bytesOf(payload);
    return {
      scenario,
      type: type as PacketType,
      topic: channel,
      target: target ?? null,
      serializer,
      bytes,
      payload: serializer.deserialize(bytes, type!),
    };
  });
}

/** Binary packets stand there as base64, text as what JSON makes of it. */
function bytesOf(payload: Line['payload']): Buffer {
  if (typeof payload['base64'] !== 'string') return Buffer.from(JSON.stringify(payload));
  const bytes = Buffer.from(payload['base64'], 'base64');
  const [, transmit] = (payload['serializer'] as string).split('+');
  if (transmit === 'compression-deflate') return inflated(bytes);
  return transmit === 'encryption-aes-256-cbc' ? decrypted(bytes) : bytes;
}

/** The first byte tells whether the rest is compressed: small packets are not. */
function inflated(bytes: Buffer): Buffer {
  return bytes[0] === 1 ? inflateSync(bytes.subarray(1)) : bytes.subarray(1);
}

function decrypted(bytes: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', '12345678901234567890123456789012', '1234567890123456');
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}
