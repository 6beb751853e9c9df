import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';
import { FAR, FaultCluster, NEAR, TWO_TIMEOUTS } from './fault-cluster.js';
import { expectKinds } from './load-run.js';

const LOST = expect.stringMatching(/^Connection to the cluster lost/) as string;
const UNSENT = expect.stringMatching(
  /event packets? w\w+ not sent while the connection to the cluster was down/,
) as string;

describe('faults of Redis', () => {
  let cluster: FaultCluster;
  beforeAll(async () => {
    cluster = await FaultCluster.start();
  });
  afterAll(() => cluster?.close());

  it('killed and started again: calls end at once, local ones go on, and all are back', async () => {
    const load = await cluster.load();
    await cluster.redis.kill();
    await load.until('BrokerDisconnectedError');
    expect(cluster.near.broker.parts.requester.pending.size).toBe(0);
    await load.until('answered');
    await cluster.redis.start();
    const { near, far } = await load.end();
    // Who is back first calls others that are not; and a node may need longer to come back than it may be silent.
    const may = ['RequestTimeoutError', 'RequestRejectedError', 'ServiceNotFoundError'];
    for (const kinds of [near, far]) expectKinds(kinds, ['answered', 'BrokerDisconnectedError'], may);
    const warnings = load.warnings(NEAR);
    expect(warnings).toEqual(expect.arrayContaining([LOST, UNSENT]));
    expect(
      warnings.filter(
        (text) =>
          !/^Connection to the cluster lost|not sent while|heartbeat|disconnected unexpectedly/.test(text),
      ),
    ).toEqual([]);
  });

  it('a node that dies while Redis is away is missed soon after', async () => {
    const load = await cluster.load();
    await cluster.redis.kill();
    await Promise.all([load.until('BrokerDisconnectedError'), cluster.js.kill()]);
    await cluster.redis.start();
    await waitUntil('the loss', () => cluster.isTrue([NEAR, FAR]), { timeout: TWO_TIMEOUTS });
    await cluster.startJs();
    await load.startJs();
    await load.end();
  });

  it.each(['killed', 'standing still'])('%s: a node of ours can leave', async (how) => {
    const { redis } = cluster;
    if (how === 'killed') await redis.kill();
    else redis.signal('SIGSTOP');
    expect(await cluster.far.stop()).toBe(0);
    if (how === 'killed') await redis.start();
    else redis.signal('SIGCONT');
    await cluster.startFar();
    await cluster.whole();
  });

  describe.each([NEAR, FAR])('at the expense of %s', (nodeID) => {
    it.each(['publishing', 'subscribed'])('the %s connection cut: nobody misses the node', async (which) => {
      // ms; so that no answer comes too late on a busy machine.
      const load = await cluster.load(5000);
      const subscriber = which === 'subscribed';
      const victim = (await cluster.connections(nodeID)).find((one) => one.subscriber === subscriber)!;
      await cluster.redis.admin().client('KILL', 'ID', victim.id);
      await load.flows();
      const ends = await load.end();
      const [its, others] = nodeID === NEAR ? [ends.near, ends.far] : [ends.far, ends.near];
      expectKinds(its, ['answered', 'BrokerDisconnectedError']);
      expectKinds(others, ['answered'], ['RequestTimeoutError']);
      expect(load.warnings(nodeID)).toEqual([LOST, UNSENT]);
      expect(load.warnings(nodeID === NEAR ? FAR : NEAR)).toEqual([]);
    });
  });

  it('five losses in a row: as one, and nothing is left behind', async () => {
    const load = await cluster.load();
    for (let n = 0; n < 5; n++) {
      const [victim] = await waitUntil('a connection', async () => {
        const found = await cluster.connections(FAR);
        return found.length === 2 ? found : null;
      });
      await cluster.redis.admin().client('KILL', 'ID', victim.id);
    }
    await load.flows();
    const { near } = await load.end({ repeats: true });
    // On a slow machine the losses together may be longer than a node may be silent.
    const given = ['RequestRejectedError', 'ServiceNotFoundError'];
    expectKinds(near, ['answered', 'RequestTimeoutError'], given);
    const silent = expect.stringContaining(`'${FAR}' has sent no heartbeat`) as string;
    expect(load.warnings(NEAR)).toEqual(given.some((kind) => kind in near) ? [silent] : []);
  });

  it('pausing for a moment: calls wait, and nobody says a word', async () => {
    const load = await cluster.load();
    await cluster.redis.admin().call('CLIENT', 'PAUSE', '500', 'ALL');
    await load.flows();
    const { near, far } = await load.end();
    for (const kinds of [near, far]) expectKinds(kinds, ['answered'], ['RequestTimeoutError']);
    expect([load.warnings(NEAR), load.warnings(FAR)]).toEqual([[], []]);
  });

  it('pausing for long: the connection is given up, nobody is blamed, and all are back', async () => {
    const load = await cluster.load();
    await cluster.redis.admin().call('CLIENT', 'PAUSE', '3000', 'ALL');
    await load.until('BrokerDisconnectedError');
    await load.flows();
    const { near, far } = await load.end();
    for (const kinds of [near, far]) {
      expectKinds(kinds, ['answered', 'BrokerDisconnectedError', 'RequestTimeoutError']);
    }
    const expected = [expect.stringMatching(/^Connection to the cluster lost.*own heartbeat/), UNSENT];
    expect([load.warnings(NEAR), load.warnings(FAR)]).toEqual([expected, expected]);
  });

  it('cutting off a subscriber that reads too slowly: a lost connection like any other', async () => {
    const load = await cluster.load();
    const admin = cluster.redis.admin();
    await admin.config('SET', 'client-output-buffer-limit', 'pubsub 1mb 0 0');
    await cluster.far.kill('SIGSTOP');
    const text = 'x'.repeat(100_000);
    let sent = 0;
    await waitUntil('the cut', async () => {
      for (let i = 0; i < 20; i++)
        void cluster.near.broker.broadcast('work.news', { id: `long${++sent}`, text });
      return !(await cluster.connections(FAR)).some(({ subscriber }) => subscriber);
    });
    await cluster.far.kill('SIGCONT');
    await load.flows();
    const { near, far } = await load.end();
    await admin.config('SET', 'client-output-buffer-limit', 'pubsub 32mb 8mb 60');
    expectKinds(far, ['answered', 'BrokerDisconnectedError'], ['RequestTimeoutError']);
    expectKinds(near, ['answered'], ['RequestTimeoutError', 'RequestRejectedError', 'ServiceNotFoundError']);
    expect(load.warnings(FAR)[0]).toMatch(/^Connection to the cluster lost/);
  });
});
