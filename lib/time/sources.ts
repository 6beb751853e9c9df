/** Chance, identity and facts of the machine, injected so that a simulated cluster can replay them. */

/** A number in [0, 1), as `Math.random`. */
export type RandomSource = () => number;

/** Makes IDs for contexts, requests and the like; any string that is unique in the cluster will do. */
export type IdSource = () => string;

/** What a node tells about its machine and process. */
export interface Machine {
  readonly hostname: string;
  readonly pid: number;
  /** Version of the language runtime, `process.version`. */
  readonly runtimeVersion: string;
  /** External IPv4 addresses; the loopback one only where there is no other. */
  ipList(): string[];
  /** Percent of CPU in use, averaged over the cores, whole numbers; null if it cannot be told. */
  cpu(): Promise<number | null>;
  /** Whether the process does something of its own when it is told to end. Default: nobody asks. */
  handlesSignals?(): boolean;
  /** The answer of `$node.health`, less `client` and `net`. */
  health(): Promise<MachineHealth>;
}

/** Load, memory and times of a machine and its process. */
export interface MachineHealth {
  cpu: { load1: number; load5: number; load15: number; cores: number; utilization: number | null };
  mem: { free: number; total: number; percent: number };
  os: {
    uptime: number;
    type: string;
    release: string;
    hostname: string;
    arch: string;
    platform: string;
    user: object;
  };
  process: { pid: number; memory: NodeJS.MemoryUsage; uptime: number; argv: string[] };
  time: { now: number; iso: string; utc: string };
}
