import type { Checks } from '../checks.js';
import type { Cluster } from '../cluster/cluster.js';

/** What every chapter of the story has at hand. */
export interface Scene {
  cluster: Cluster;
  checks: Checks;
}
