/**
 * Turns packets into bytes and back. One serializer a cluster: it is not announced. `deserialize` throws on bytes it cannot read;
 * the packet is then dropped with a warning.
 */
export abstract class Serializer {
  /** The name shown in the prompt. */
  readonly name: string = this.constructor.name;

  abstract serialize(packet: object, type: string): Buffer | string;
  abstract deserialize(data: Buffer, type: string): object;
}
