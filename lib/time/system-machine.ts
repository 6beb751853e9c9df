import os from 'node:os';
import { isMainThread } from 'node:worker_threads';
import type { Machine, MachineHealth } from './sources.js';

/** CPU is sampled over this many ms, as Moleculer does. */
const SAMPLE = 200;

/** The default of `MOLECULER_MACHINE`: the machine and process we really run on. */
export class SystemMachine implements Machine {
  readonly hostname = os.hostname();
  readonly pid = process.pid;
  readonly runtimeVersion = process.version;
  private sampling: Promise<number | null> | null = null;

  ipList(): string[] {
    const external: string[] = [];
    const loopback: string[] = [];
    for (const addresses of Object.values(os.networkInterfaces())) {
      const address = addresses?.find((candidate) => candidate.family === 'IPv4');
      if (address) (address.internal ? loopback : external).push(address.address);
    }
    return external.length > 0 ? external : loopback;
  }

  /** Callers that come while a sample is taken share it. */
  cpu(): Promise<number | null> {
    this.sampling ??= sampleCpu().finally(() => {
      this.sampling = null;
    });
    return this.sampling;
  }

  /** In a worker thread signals are the main thread's affair. */
  handlesSignals(): boolean {
    return !isMainThread || ['SIGTERM', 'SIGINT'].some((signal) => process.listenerCount(signal) > 0);
  }

  async health(): Promise<MachineHealth> {
    const [load1, load5, load15] = os.loadavg() as [number, number, number];
    const free = os.freemem();
    const total = os.totalmem();
    const now = new Date();
    return {
      cpu: {
        load1,
        load5,
        load15,
        cores: os.cpus().length,
        utilization: Math.floor((load1 * 100) / os.cpus().length),
      },
      mem: { free, total, percent: total > 0 ? (free * 100) / total : 0 },
      os: {
        uptime: os.uptime(),
        type: os.type(),
        release: os.release(),
        hostname: this.hostname,
        arch: os.arch(),
        platform: os.platform(),
        user: userInfo(),
      },
      process: { pid: this.pid, memory: process.memoryUsage(), uptime: process.uptime(), argv: process.argv },
      time: { now: now.getTime(), iso: now.toISOString(), utc: now.toUTCString() },
    };
  }
}

/** Throws where the user has no entry in the system's database, as in some containers. */
function userInfo(): object {
  try {
    return os.userInfo();
  } catch {
    return {};
  }
}

async function sampleCpu(): Promise<number | null> {
  const before = cpuTimes();
  await new Promise<void>((resolve) => setTimeout(resolve, SAMPLE).unref());
  const after = cpuTimes();
  const total = after.total - before.total;
  return total > 0 ? Math.round(100 * (1 - (after.idle - before.idle) / total)) : null;
}

function cpuTimes(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of os.cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}
