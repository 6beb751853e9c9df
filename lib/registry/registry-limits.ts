/** What other nodes may take of our memory; the options `registry.*` and `transit.maxNameLength`. */
export interface RegistryLimits {
  /** Nodes besides ourselves. */
  readonly maxNodes: number;
  /** bytes, estimated; for all nodes together */
  readonly maxAnnouncedSize: number;
  readonly maxDepth: number;
  /** characters */
  readonly maxNameLength: number;
}

/** bytes, estimated; for one node */
export function maxSizeOfNode({ maxAnnouncedSize }: RegistryLimits): number {
  return maxAnnouncedSize / 8;
}
