import { BILINGUAL, BUNDLES, hasCapability } from '../protocol/capabilities.js';
import { dialect4, dialect5, dialectOf, isProtocolVersion, type Dialect } from '../protocol/dialect.js';
import type { Dictionary, ProtocolVersion } from '../protocol/packets.js';

/** So many senders may be remembered beside the nodes that are known: a flood of invented ones must not fill the memory. */
const STRANGERS = 10_000;

interface PeerVersion {
  ver: ProtocolVersion;
  /** It said that it understands both versions, or was heard in both: it needs neither for itself. */
  both: boolean;
  /** It said that it takes bundles. */
  bundles: boolean;
  instanceID: string | null;
}

/**
 * Which protocol version each peer speaks, learnt from its discovery packets. With a fixed version everything else is refused;
 * with 'auto' both are accepted, each peer is spoken to in its own, and version 5 serves where nothing is known.
 */
export class PeerVersions {
  readonly primary: Dialect;
  private readonly versions = new Map<string, PeerVersion>();
  /** We understand both versions. */
  readonly bilingual: boolean;

  /** Whether a sender is a node that is known; set by whoever knows. */
  isNode: (nodeID: string) => boolean = () => false;

  constructor(
    private readonly mode: ProtocolVersion | 'auto',
    private readonly acceptAll: boolean,
    private readonly maxNodes = STRANGERS,
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

  /**
   * A node that was heard in both versions is bilingual like us, and 5 can say more; only another process of that ID may turn out
   * to speak 4 alone. `instanceID` and `metadata` are known from INFO, else null.
   */
  learn(
    nodeID: string,
    ver: ProtocolVersion,
    instanceID: string | null = null,
    metadata: Dictionary | null = null,
  ): void {
    let known = this.versions.get(nodeID);
    if (known === undefined) {
      // Strangers go, all at once; never a node that is known, which would be spoken to in the wrong version from then on.
      if (this.versions.size >= this.maxNodes + STRANGERS) this.keep(this.isNode);
      known = { ver, both: false, bundles: false, instanceID };
      this.versions.set(nodeID, known);
    }
    const other = instanceID !== null && known.instanceID !== null && instanceID !== known.instanceID;
    const bilingual = metadata !== null && hasCapability(metadata, BILINGUAL);
    known.both = bilingual || (!other && (known.both || ver !== known.ver));
    known.ver = known.both ? '5' : ver;
    if (instanceID !== null) known.instanceID = instanceID;
    if (metadata !== null) known.bundles = hasCapability(metadata, BUNDLES);
  }

  /** Senders remembered; for tests of growth. */
  get size(): number {
    return this.versions.size;
  }

  /** Forgets the peers that the test does not know. */
  keep(known: (nodeID: string) => boolean): void {
    for (const nodeID of this.versions.keys()) if (!known(nodeID)) this.versions.delete(nodeID);
  }

  of(nodeID: string): Dialect {
    if (!this.bilingual) return this.primary;
    const known = this.versions.get(nodeID);
    return known === undefined ? this.primary : dialectOf(known.ver);
  }

  takesBundles(nodeID: string): boolean {
    return this.versions.get(nodeID)?.bundles === true;
  }

  /**
   * The versions that the known peers need; where none needs any, the primary one. Nodes of our own kind understand either, so two
   * of them in a cluster of 0.14 bring no second version into it, which every other node would log as an error at each heartbeat.
   */
  inUse(): Dialect[] {
    if (!this.bilingual) return [this.primary];
    let four = false;
    let five = false;
    for (const { ver, both } of this.versions.values()) {
      if (both) continue;
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
