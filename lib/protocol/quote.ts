import { hasNoJson } from '../messages/errors.messages.js';

/**
 * JSON of what must stand in a packet. Packets are put together of pieces: one piece that JSON leaves out (of a function, or where a
 * `toJSON` gives nothing) would spoil the packet and all that go with it, and nobody would be told.
 *
 * @throws TypeError there is none
 */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(hasNoJson(typeof value));
  return text;
}
