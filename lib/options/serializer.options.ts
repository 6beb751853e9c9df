import type { Serializer } from '../serializers/serializer.js';
import type { ClassOf } from './class-of.type.js';

/** Serializers by name. Built in this version: `JSON`; the others are refused at start. */
export type SerializerName = 'JSON' | 'JSONExt' | 'MsgPack' | 'CBOR' | 'Notepack';

/** A name, a name with options, or your own serializer. All nodes of a cluster must use the same. */
export type SerializerOption =
  | SerializerName
  | (string & {})
  | { type: SerializerName | (string & {}); options?: object }
  | Serializer
  | ClassOf<Serializer>
  | null;
