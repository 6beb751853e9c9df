import { freePort } from './free-port.js';
import { RedisServer } from './redis-server.js';
import { waitUntil } from './wait-until.js';

const SLOTS = 16_384;

/** A Redis Cluster of masters without replicas on 127.0.0.1. */
export class RedisClusterServers {
  private constructor(readonly servers: RedisServer[]) {}

  static async start(masters = 3): Promise<RedisClusterServers> {
    const started = await Promise.allSettled(Array.from({ length: masters }, startMaster));
    const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failure = started.find((result) => result.status === 'rejected');
    if (failure) {
      await Promise.all(servers.map((server) => server.stop()));
      throw failure.reason;
    }
    const cluster = new RedisClusterServers(servers);
    await cluster.join();
    return cluster;
  }

  get nodes(): { host: string; port: number }[] {
    return this.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  /** Starts those that were killed, and waits until all know it. */
  async heal(): Promise<void> {
    await Promise.all(this.servers.filter((server) => !server.running).map((server) => server.start()));
    await this.whole();
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  private async join(): Promise<void> {
    const [first, ...others] = this.servers;
    const share = Math.ceil(SLOTS / this.servers.length);
    for (const [i, server] of this.servers.entries()) {
      const slots = Array.from({ length: Math.min(share, SLOTS - i * share) }, (_, n) => i * share + n);
      await server.admin().cluster('ADDSLOTS', ...slots);
      await server.admin().call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    }
    for (const server of others) {
      await first
        .admin()
        .call('CLUSTER', 'MEET', '127.0.0.1', server.port, server.argument('--cluster-port'));
    }
    await this.whole();
  }

  private async whole(): Promise<void> {
    await waitUntil('the cluster to be whole', async () => {
      const infos = await Promise.all(this.servers.map((server) => server.admin().cluster('INFO')));
      return infos.every((info) => isWhole(String(info), this.servers.length));
    });
  }
}

async function startMaster(): Promise<RedisServer> {
  const port = String(await freePort());
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-port', port];
  return RedisServer.start({ args: [...args, '--cluster-require-full-coverage', 'no'] });
}

function isWhole(info: string, nodes: number): boolean {
  return (
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_known_nodes:${nodes}\r`) &&
    info.includes(`cluster_slots_ok:${SLOTS}\r`)
  );
}

export const startCluster = (masters?: number): Promise<RedisClusterServers> =>
  RedisClusterServers.start(masters);
