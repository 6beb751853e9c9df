import { createRequire } from 'node:module';
import { JsonSerializer, Serializer } from '../../lib/index.js';

/*
 * Moleculer's other serializers with Moleculer's own settings, for tests: written against the public `Serializer` alone, as a user
 * would write one.
 */

// Two of them have no types.
const load = createRequire(import.meta.url);

export class CborSerializer extends Serializer {
  private readonly codec = new (load('cbor-x').Encoder)({ useRecords: false, useTag259ForMaps: false });

  serialize(packet: object): Buffer {
    // The encoder goes on writing into the same buffer.
    return Buffer.from(this.codec.encode(packet));
  }

  deserialize(data: Buffer): object {
    return this.codec.decode(data);
  }
}

export class MsgPackSerializer extends Serializer {
  private readonly codec = load('msgpack5')();

  serialize(packet: object): Buffer {
    return this.codec.encode(packet).slice();
  }

  deserialize(data: Buffer): object {
    return this.codec.decode(data);
  }
}

export class NotepackSerializer extends Serializer {
  private readonly codec = load('notepack.io');

  serialize(packet: object): Buffer {
    return this.codec.encode(packet);
  }

  deserialize(data: Buffer): object {
    return this.codec.decode(data);
  }
}

/** JSON with tagged texts for what JSON has no type for; of 0.15 alone. */
export class JsonExtSerializer extends Serializer {
  serialize(packet: object): string {
    return JSON.stringify(packet, function (this: Record<string, unknown>, key, value: unknown) {
      // What has a `toJSON` comes as its result: the holder has the original.
      return tagged(this[key], value);
    });
  }

  deserialize(data: Buffer): object {
    return parse(data.toString()) as object;
  }
}

const stringify = (value: unknown) => new JsonExtSerializer().serialize(value as object);
const parse = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? untagged(value) : value));

function tagged(original: unknown, value: unknown): unknown {
  if (typeof original === 'bigint') return `[[BI]]${original}`;
  if (original instanceof Date) return `[[DT]]${original.getTime()}`;
  if (original instanceof Map) return `[[MP]]${stringify(Object.fromEntries(original))}`;
  if (original instanceof Set) return `[[ST]]${stringify([...original])}`;
  if (original instanceof RegExp) return `[[RE]]${original.flags}|${original.source}`;
  if (Buffer.isBuffer(original)) return `[[BF]]${original.toString('base64')}`;
  return typeof value === 'string' && value.startsWith('[[') ? `[[ES]]${value}` : value;
}

function untagged(text: string): unknown {
  const rest = text.slice(6);
  switch (text.slice(0, 6)) {
    case '[[BI]]':
      return BigInt(rest);
    case '[[DT]]':
      return new Date(Number(rest));
    case '[[MP]]':
      return new Map(Object.entries(parse(rest) as object));
    case '[[ST]]':
      return new Set(parse(rest) as unknown[]);
    case '[[RE]]': {
      const [flags, ...source] = rest.split('|');
      return new RegExp(source.join('|'), flags);
    }
    case '[[BF]]':
      return Buffer.from(rest, 'base64');
    case '[[ES]]':
      return rest;
    default:
      return text;
  }
}

export const SERIALIZERS: Record<'JSON' | 'JSONExt' | 'CBOR' | 'MsgPack' | 'Notepack', Serializer> = {
  JSON: new JsonSerializer(),
  JSONExt: new JsonExtSerializer(),
  CBOR: new CborSerializer(),
  MsgPack: new MsgPackSerializer(),
  Notepack: new NotepackSerializer(),
};
