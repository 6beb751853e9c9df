import type { Parcel } from './parcel.js';

/** Where the error of an answer shows files of this machine. */
const STACK = /"stack":"(?:[^"\\]|\\.)*"/g;

/**
 * All that went over the network of a cluster, a line for each packet that arrived or was lost: time (ms since the beginning), sender,
 * receiver, packet. The same for the same seed.
 */
export class Trace {
  private readonly lines: string[] = [];

  /** @param now ms since the beginning */
  constructor(private readonly now: () => number) {}

  arrived(parcel: Parcel): void {
    this.note('->', parcel);
  }

  lost(parcel: Parcel): void {
    this.note('-x', parcel);
  }

  /** Something that happened to a node or to the network. */
  event(text: string): void {
    this.lines.push(`${this.now().toFixed(3)} ${text}`);
  }

  /** All lines. */
  toString(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }

  private note(arrow: string, { from, to, topic, data }: Parcel): void {
    this.event(`${from.nodeID} ${arrow} ${to.nodeID} ${topic} ${readable(data)}`);
  }
}

function readable(data: Buffer): string {
  const text = data.toString();
  // Binary serializers write what is no text.
  if (text.includes('\ufffd')) return data.toString('base64');
  return text.includes('"stack":') ? text.replace(STACK, '"stack":"…"') : text;
}
