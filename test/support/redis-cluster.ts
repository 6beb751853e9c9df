import { freePort } from './free-port.js';
import { RedisServer } from './redis-server.js';
import { waitUntil } from './wait-until.js';

const SLOTS = 16_384;

/**
 * ms. A node that does not answer for half of it has its link closed, and what was under way there is gone: a loaded machine lets a
 * process wait for longer than the one second that would do.
 */
const NODE_TIMEOUT = '6000';

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
      const seen = await Promise.all(
        this.servers.map(async (server) => {
          const admin = server.admin();
          return [String(await admin.cluster('INFO')), String(await admin.cluster('NODES'))] as const;
        }),
      );
      return seen.every(([info, nodes]) => isWhole(info, this.servers.length) && isLinked(nodes));
    });
  }
}

async function startMaster(): Promise<RedisServer> {
  const port = String(await freePort());
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', NODE_TIMEOUT, '--cluster-port', port];
  return RedisServer.start({ args: [...args, '--cluster-require-full-coverage', 'no'] });
}

function isWhole(info: string, nodes: number): boolean {
  return (
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_known_nodes:${nodes}\r`) &&
    info.includes(`cluster_slots_ok:${SLOTS}\r`)
  );
}

/** By these links nodes pass on what is published. */
const isLinked = (nodes: string): boolean => !/fail|handshake|noaddr|disconnected/.test(nodes);

export const startCluster = (masters?: number): Promise<RedisClusterServers> =>
  RedisClusterServers.start(masters);
