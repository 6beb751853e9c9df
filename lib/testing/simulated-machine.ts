import type { Machine, MachineHealth } from '../time/sources.js';

const GIGABYTE = 2 ** 30;

/** A machine of which nothing changes: what it tells is the same in every process. */
export class SimulatedMachine implements Machine {
  readonly runtimeVersion = 'v22.12.0';

  constructor(
    readonly hostname: string,
    readonly pid: number,
    private readonly address: string,
    private readonly now: () => number,
  ) {}

  ipList(): string[] {
    return [this.address];
  }

  cpu(): Promise<number | null> {
    return Promise.resolve(10);
  }

  health(): Promise<MachineHealth> {
    const { hostname, pid } = this;
    const now = this.now();
    const memory = { rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 };
    return Promise.resolve({
      cpu: { load1: 0, load5: 0, load15: 0, cores: 2, utilization: 10 },
      mem: { free: GIGABYTE, total: 2 * GIGABYTE, percent: 50 },
      os: {
        uptime: 0,
        type: 'Simulated',
        release: '0',
        hostname,
        arch: 'none',
        platform: 'none',
        user: {},
      },
      process: { pid, memory, uptime: 0, argv: [] },
      time: { now, iso: new Date(now).toISOString(), utc: new Date(now).toUTCString() },
    });
  }
}
