import { parseJson } from '../protocol/parse-json.js';
import { Serializer } from './serializer.js';

/** UTF-8 text of `JSON.stringify`, Moleculer's default. Buffers, Dates, Maps arrive as JSON leaves them (protocol section 9),
 * keys named `__proto__` not at all. */
export class JsonSerializer extends Serializer {
  serialize(packet: object): string {
    return JSON.stringify(packet);
  }

  deserialize(data: Buffer): object {
    return parseJson(data.toString()) as object;
  }
}
