import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis6';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisTransporter } from '../../../lib/transporters/redis/redis.transporter.js';
import type { IoRedis } from '../../../lib/transporters/redis/redis-clients.js';
import type { RedisTransporterOptions } from '../../../lib/transporters/redis/redis-options.js';
import { RecordingHost } from '../../support/recording-host.js';
import { startCluster, type RedisClusterServers } from '../../support/redis-cluster.js';
import type { RedisServer } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

const MAJORS = { 'ioredis 5': ioredis5, 'ioredis 6': ioredis6 } as unknown as Record<string, IoRedis>;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n}`);
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe.each(Object.entries(MAJORS))('RedisTransporter in a Cluster on %s', (_name, ioredis) => {
  let cluster: RedisClusterServers;
  const made: RedisTransporter[] = [];
  /** One for each test: nodes of a Cluster still pass on what the test before sent. */
  let topic = 't0';

  beforeEach(() => {
    topic = `t${Number(topic.slice(1)) + 1}`;
  });
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterEach(async () => {
    await Promise.all(made.splice(0).map((transporter) => transporter.disconnect()));
    await cluster.heal();
    await noClients();
  });
  afterAll(() => cluster.stop());

  async function connected(options: RedisTransporterOptions = { cluster: { nodes: cluster.nodes } }) {
    const transporter = new RedisTransporter(options, () => Promise.resolve(ioredis));
    made.push(transporter);
    const host = new RecordingHost(transporter);
    host.onUp = () =>
      void transporter.subscribe([topic]).then(
        () => transporter.send(topic, 'back'),
        () => undefined, // lost again meanwhile: the next 'up' subscribes
      );
    await transporter.connect();
    await transporter.subscribe([topic]);
    return { transporter, host };
  }

  /** Nor one of whose end its server has not heard yet: the next test looks for its own. */
  const noClients = () => Promise.all(cluster.servers.map((server) => server.untilClients(0)));

  async function sendInOrder(transporter: RedisTransporter, count: number) {
    for (let n = 0; n < count; n++) {
      transporter.send(topic, `${n}`);
      if (n % 37 < 2) await nextTurn(); // lone packets between batches
    }
  }

  /** The one where a transporter's subscriber, or its publisher, is. */
  async function serverWith(pattern: RegExp): Promise<RedisServer> {
    for (const server of cluster.servers) {
      if (pattern.test((await server.admin().client('LIST')) as string)) return server;
    }
    throw new Error(`No server has a client like ${String(pattern)}`);
  }

  it('keeps order from every sender to every receiver', async () => {
    const nodes = await Promise.all([connected(), connected(), connected()]);
    await Promise.all(nodes.map(({ transporter }) => sendInOrder(transporter, 2000)));
    await Promise.all(nodes.map(({ host }) => host.received(6000)));
    for (const { host } of nodes) {
      expect([...host.texts()].sort()).toEqual([...numbers(2000), ...numbers(2000), ...numbers(2000)].sort());
      expect(host.errors).toEqual([]);
    }
    const [alone] = nodes;
    alone!.host.messages.length = 0;
    await sendInOrder(nodes[1]!.transporter, 6000);
    await alone!.host.received(6000);
    expect(alone!.host.texts()).toEqual(numbers(6000));
  });

  it('moves to another node when the node of its subscriber dies, and says so', async () => {
    const { transporter, host } = await connected();
    const server = await serverWith(/ sub=1 /);
    await server.kill();
    // Lost again at once, it is back as often.
    const times = (list: string[], one: string) => list.filter((item) => item === one).length;
    await waitUntil('the return', () => {
      const [downs, ups] = [times(host.states, 'down'), times(host.states, 'up')];
      return ups > 0 && downs === ups && times(host.texts(), 'back') > 0;
    });
    expect(host.states.slice(0, 2)).toEqual(['down', 'up']);
    host.messages.length = 0;
    await sendInOrder(transporter, 3000);
    await host.received(3000);
    expect(host.texts()).toEqual(numbers(3000));
    expect(host.errors).toEqual([]);
  });

  it('survives the death of one node after another, and the return of all', async () => {
    const { transporter, host } = await connected();
    for (const server of cluster.servers) await server.kill();
    await waitUntil('the loss', () => host.states.at(-1) === 'down');
    // It may have been back on the one that died last.
    host.messages.length = 0;
    for (const server of cluster.servers) await server.start();
    const returned = () => host.texts().includes('back') && host.states.at(-1) === 'up';
    await waitUntil('the return', returned, { timeout: 120_000 });
    await cluster.heal();
    host.messages.length = 0;
    await sendInOrder(transporter, 1000);
    await waitUntil('the last', () => host.texts().includes('999'));
    expect(host.texts()).toEqual(numbers(1000));
  });

  it('notices when only its own subscriber connection is killed', async () => {
    const { host } = await connected();
    const server = await serverWith(/ sub=1 /);
    await server.admin().client('KILL', 'TYPE', 'PUBSUB');
    await waitUntil('the return', () => host.texts().includes('back'));
    expect(host.states).toEqual(['down', 'up']);
  });

  it('takes a ready Cluster from a factory and closes it', async () => {
    const made: ioredis5.Cluster[] = [];
    const factory = () => {
      const client = new ioredis.Cluster(cluster.nodes);
      made.push(client);
      return client.cluster('INFO').then(() => client);
    };
    const { transporter, host } = await connected(factory);
    await sendInOrder(transporter, 1000);
    await host.received(1000);
    expect(host.texts()).toEqual(numbers(1000));
    await transporter.disconnect();
    expect(made.map((client) => client.status)).toEqual(['end']);
  });

  it('leaves no connection behind', async () => {
    const { transporter } = await connected();
    await transporter.disconnect();
    await noClients();
    expect(await transporter.countSubscribers(topic)).toBeNull();
  });

  it('waits for a Cluster that comes later', async () => {
    for (const server of cluster.servers) await server.kill();
    const transporter = new RedisTransporter({ cluster: { nodes: cluster.nodes } }, () =>
      Promise.resolve(ioredis),
    );
    made.push(transporter);
    const host = new RecordingHost(transporter);
    const connecting = transporter.connect();
    await waitUntil('the reason', () => host.errors.length > 0);
    for (const server of cluster.servers) await server.start();
    await connecting;
    expect(host.states).toEqual([]);
    expect(host.errors.length).toBeLessThanOrEqual(3);
  });

  it('disconnects at once after connect', async () => {
    const transporter = new RedisTransporter({ cluster: { nodes: cluster.nodes } }, () =>
      Promise.resolve(ioredis),
    );
    const connecting = expect(transporter.connect()).rejects.toThrow('disconnected');
    await transporter.disconnect();
    await connecting;
    const byName = { cluster: { nodes: cluster.nodes.map(({ port }) => ({ host: 'localhost', port })) } };
    const other = new RedisTransporter(byName, () => Promise.resolve(ioredis));
    const otherConnecting = expect(other.connect()).rejects.toThrow('disconnected');
    await nextTurn();
    await other.disconnect();
    await otherConnecting;
  });

  it('disconnects while it waits for a Cluster', async () => {
    for (const server of cluster.servers) await server.kill();
    const transporter = new RedisTransporter({ cluster: { nodes: cluster.nodes } }, () =>
      Promise.resolve(ioredis),
    );
    const host = new RecordingHost(transporter);
    const connecting = expect(transporter.connect()).rejects.toThrow('disconnected');
    await waitUntil('the reason', () => host.errors.length > 0);
    await transporter.disconnect();
    await connecting;
  });
});
