/**
 * Turns packets into bytes and back. One serializer a cluster: it is not announced. `deserialize` throws on bytes it cannot read;
 * the packet is then dropped with a warning.
 */
export abstract class Serializer {
  /** The name shown in the prompt. */
  readonly name: string = this.constructor.name;

  /**
   * The bytes of a packet.
   *
   * @param type of the packet: `'REQ'`, `'EVENT'` …
   */
  abstract serialize(packet: object, type: string): Buffer | string;
  /**
   * The packet of these bytes.
   *
   * @throws whatever says that they are none
   */
  abstract deserialize(data: Buffer, type: string): object;
}
