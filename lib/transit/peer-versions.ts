import { dialect4, dialect5, dialectOf, isProtocolVersion, type Dialect } from '../protocol/dialect.js';
import type { ProtocolVersion } from '../protocol/packets.js';

/** More senders than this are not remembered: a flood of invented ones must not fill the memory. */
const MAX_PEERS = 20_000;

/**
 * Which protocol version each peer speaks, learnt from its discovery packets. With a fixed version everything else is refused;
 * with 'auto' both are accepted, each peer is spoken to in its own, and version 5 serves where nothing is known.
 */
export class PeerVersions {
  readonly primary: Dialect;
  private readonly versions = new Map<string, ProtocolVersion>();
  private readonly bilingual: boolean;

  constructor(
    private readonly mode: ProtocolVersion | 'auto',
    private readonly acceptAll: boolean,
  ) {
    this.bilingual = mode === 'auto';
    this.primary = mode === '4' ? dialect4 : dialect5;
  }

  /** The version to read a packet in; null if it must be refused. */
  read(ver: unknown): ProtocolVersion | null {
    if (ver === this.primary.ver) return this.primary.ver;
    if (this.bilingual && isProtocolVersion(ver)) return ver;
    return this.acceptAll ? this.primary.ver : null;
  }

  /** Returns true if this peer was not known to speak this version. */
  learn(nodeID: string, ver: ProtocolVersion): boolean {
    if (this.versions.get(nodeID) === ver) return false;
    if (this.versions.size >= MAX_PEERS && !this.versions.has(nodeID)) {
      this.versions.delete(this.versions.keys().next().value as string);
    }
    this.versions.set(nodeID, ver);
    return true;
  }

  /** Forgets the peers that the test does not know. */
  keep(known: (nodeID: string) => boolean): void {
    for (const nodeID of this.versions.keys()) if (!known(nodeID)) this.versions.delete(nodeID);
  }

  of(nodeID: string): Dialect {
    if (!this.bilingual) return this.primary;
    const ver = this.versions.get(nodeID);
    return ver === undefined ? this.primary : dialectOf(ver);
  }

  /** The versions of the peers that are known; where there are none, the primary one. */
  inUse(): Dialect[] {
    if (!this.bilingual) return [this.primary];
    let four = false;
    let five = false;
    for (const ver of this.versions.values()) {
      if (ver === '4') four = true;
      else five = true;
      if (four && five) return [dialect5, dialect4];
    }
    return four ? [dialect4] : [dialect5];
  }

  /** The versions to ask for peers in before any is known: both with 'auto', the primary one first. */
  spoken(): Dialect[] {
    return this.bilingual ? [dialect5, dialect4] : [this.primary];
  }

  /** What the node speaks, for the prompt and `$node.options`. */
  get description(): string {
    return this.bilingual ? '4 and 5' : this.mode;
  }
}
