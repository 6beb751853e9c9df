import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, VERSIONS, type OwnNode } from '../support/cluster.js';
import type { Peer } from '../support/peer.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

const MANY = 10_000;

/** Until a Moleculer node calls us and we call it. */
async function together(own: OwnNode, peer: Peer): Promise<void> {
  await waitUntil(
    'calls both ways',
    async () => {
      const [there, here] = await Promise.all([
        own.call('greeter.hello', { name: 'x' }, { timeout: 3000 }).catch(() => null),
        peer.outcome('own.whoami', {}, { timeout: 3000 }),
      ]);
      return there === 'Hello x' && here.ok;
    },
    { every: 50 },
  );
}

/** Starts 10,000 calls, does something in their middle, and tells how they ended. */
async function inTheMiddle(
  own: OwnNode,
  action: string,
  params: object,
  opts: object,
  harm: () => Promise<unknown>,
) {
  let answered = 0;
  let ended = 0;
  const kinds: Record<string, number> = {};
  const note = (kind: string) => (kinds[kind] = (kinds[kind] ?? 0) + 1);
  const calls: Promise<unknown>[] = [];
  const start = () => {
    calls.push(
      own
        .call(action, params, opts)
        .then(
          () => (answered++, note('answered')),
          (error: { name: string }) => note(error.name),
        )
        .finally(() => ended++),
    );
  };
  // In batches, so that some are answered, some under way and some yet to be made when it happens.
  let harmed: Promise<unknown> | null = null;
  for (let batch = 0; batch < 100; batch++) {
    for (let i = 0; i < MANY / 100; i++) start();
    if (batch === 50) harmed = harm();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await harmed;
  await waitUntil('all calls settled', () => ended === MANY);
  await Promise.all(calls);
  return { kinds, answered, ended };
}

describe.each(VERSIONS)('a Redis that goes and comes, beside Moleculer 0.$version', ({ version }) => {
  let redis: RedisServer;
  let cluster: Cluster;
  let own: OwnNode;
  let peer: Peer;

  beforeAll(async () => {
    redis = await startRedis();
    cluster = new Cluster({ label: 'restart', version, url: redis.url });
    [own, peer] = await Promise.all([
      // A killed node is found out by its silence; nobody else shall be.
      cluster.own({ heartbeatInterval: 1, heartbeatTimeout: 10 }),
      cluster.peer({ heartbeatInterval: 1, heartbeatTimeout: 30 }),
    ]);
    await together(own, peer);
  });
  afterAll(async () => {
    await cluster.close();
    await redis.stop();
  });

  it('restarted: pending calls are rejected, remote ones refused, local ones go on, and everybody is back', async () => {
    const pending = own.failure('slow.sleep', { ms: 60_000 }, { timeout: 60_000 });
    await waitUntil('the call under way', async () => (await peer.call<any>('slow.stats')).sleeping > 0);
    await redis.kill();
    expect(await pending).toMatchObject({ name: 'BrokerDisconnectedError', code: 502, retryable: true });
    expect(await own.failure('greeter.hello')).toMatchObject({
      name: 'BrokerDisconnectedError',
      type: 'BAD_GATEWAY',
    });
    expect(await own.call('own.reply', 'local')).toBe('local');
    expect(own.pending).toBe(0);
    await redis.start();
    await together(own, peer);
    await peer.emit('own.after', 1);
    await own.broker.emit('ev.after', 1);
    await own.waitForEvents('own.after', 2);
    await peer.waitForEvents('ev.after', 2);
    // Two connections of each: nothing was left behind by ours.
    await waitUntil('two subscribers and no more', async () => {
      const clients = (await redis.admin().client('LIST')) as string;
      return clients.split('\n').filter((line) => / sub=[1-9]/.test(line)).length === 2;
    });
  });

  it('killed in the middle of 10,000 calls leaves none unsettled', async () => {
    const { kinds, ended } = await inTheMiddle(own, 'math.add', { a: 1, b: 2 }, {}, () => redis.kill());
    expect(ended).toBe(MANY);
    expect(
      Object.keys(kinds).filter((kind) => !['answered', 'BrokerDisconnectedError'].includes(kind)),
    ).toEqual([]);
    expect(kinds['BrokerDisconnectedError']).toBeGreaterThan(0);
    expect(own.pending).toBe(0);
    await redis.start();
    await together(own, peer);
  });

  it('a node killed in the middle of 10,000 calls leaves none unsettled', async () => {
    const victim = await cluster.peer({ services: ['math'], heartbeatInterval: 1 });
    await own.waitForOffer('math.add', victim.nodeID);
    const work = inTheMiddle(own, 'math.add', { a: 1, b: 2 }, { nodeID: victim.nodeID, timeout: 0 }, () =>
      victim.kill(),
    );
    const { kinds, ended } = await work;
    expect(ended).toBe(MANY);
    const expected = ['answered', 'RequestRejectedError', 'ServiceNotFoundError'];
    expect(Object.keys(kinds).filter((kind) => !expected.includes(kind))).toEqual([]);
    expect(kinds['RequestRejectedError']).toBeGreaterThan(0);
    expect(own.pending).toBe(0);
  });
});
