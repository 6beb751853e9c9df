import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisServer } from './redis-server.js';
import { waitUntil } from './wait-until.js';

/** A master, a replica and one Sentinel that watches them under the name `main`. */
export class RedisSentinel {
  private constructor(
    readonly master: RedisServer,
    readonly replica: RedisServer,
    readonly sentinel: RedisServer,
  ) {}

  static async start(): Promise<RedisSentinel> {
    const master = await RedisServer.start({ args: ['--repl-diskless-sync-delay', '0'] });
    const replicaArgs = ['--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0'];
    const replica = await RedisServer.start({ args: replicaArgs });
    const sentinel = await startSentinelFor(master);
    const all = new RedisSentinel(master, replica, sentinel);
    await waitUntil('the Sentinel to know the replica', async () => {
      const replicas = (await sentinel.admin().call('SENTINEL', 'REPLICAS', 'main')) as unknown[];
      return (
        replicas.length === 1 &&
        String(await replica.admin().info('replication')).includes('master_link_status:up')
      );
    });
    return all;
  }

  get options(): { sentinels: { host: string; port: number }[]; name: string } {
    return { sentinels: [{ host: '127.0.0.1', port: this.sentinel.port }], name: 'main' };
  }

  async stop(): Promise<void> {
    await Promise.all([this.sentinel, this.replica, this.master].map((server) => server.stop()));
  }
}

async function startSentinelFor(master: RedisServer): Promise<RedisServer> {
  const sentinel = await RedisServer.prepare();
  const file = join(sentinel.dir, 'sentinel.conf');
  const lines = [
    `sentinel monitor main 127.0.0.1 ${master.port} 1`,
    // Shorter, a master that a loaded machine lets wait would be taken for dead.
    'sentinel down-after-milliseconds main 3000',
    'sentinel failover-timeout main 3000',
  ];
  await writeFile(file, `bind 127.0.0.1\nport ${sentinel.port}\ndir ${sentinel.dir}\n${lines.join('\n')}\n`);
  await sentinel.startAsSentinel(file);
  return sentinel;
}

export const startSentinel = (): Promise<RedisSentinel> => RedisSentinel.start();
