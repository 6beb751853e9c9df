import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';
import { FAR, FaultCluster, JS, NEAR, TWO_TIMEOUTS } from './fault-cluster.js';
import { expectKinds, type Load } from './load-run.js';

describe('faults of nodes', () => {
  let cluster: FaultCluster;
  beforeAll(async () => {
    cluster = await FaultCluster.start();
  });
  afterAll(() => cluster?.close());

  const missed = (nodeID: string) =>
    waitUntil(`${nodeID} missed`, () => !cluster.seen().includes(nodeID), { timeout: TWO_TIMEOUTS });

  async function restart(load: Load, nodeID: string): Promise<void> {
    if (nodeID === JS) await cluster.startJs();
    else await cluster.startFar();
    await (nodeID === JS ? load.startJs() : load.startFar());
  }

  describe.each([
    [JS, 'a Moleculer node'],
    [FAR, 'a node of ours'],
  ])('%s, %s,', (nodeID) => {
    const kill = () => (nodeID === JS ? cluster.js : cluster.far).kill();
    const signal = (name: NodeJS.Signals) => (nodeID === JS ? cluster.js : cluster.far).kill(name);

    it('killed: its calls are rejected when it is missed, others take over, and it may come back', async () => {
      const load = await cluster.load();
      await kill();
      await missed(nodeID);
      await load.until('ServiceNotFoundError');
      await restart(load, nodeID);
      const { near } = await load.end();
      expectKinds(near, ['answered', 'RequestRejectedError', 'RequestTimeoutError', 'ServiceNotFoundError']);
      expect(load.warnings(NEAR)).toEqual([expect.stringContaining(`'${nodeID}' has sent no heartbeat`)]);
    });

    it('killed and back before it is missed: what its predecessor was asked is rejected', async () => {
      const load = await cluster.load();
      await kill();
      await restart(load, nodeID);
      const { near } = await load.end();
      // On a busy machine the new process takes longer than the old one's silence.
      expectKinds(
        near,
        ['answered', 'RequestRejectedError'],
        ['RequestTimeoutError', 'ServiceNotFoundError'],
      );
      expect(load.warnings(NEAR)).toHaveLength(1);
    });

    it('stopped until it is missed, then going on: its late answers are passed over, and it is back', async () => {
      const load = await cluster.load();
      await signal('SIGSTOP');
      await missed(nodeID);
      await signal('SIGCONT');
      const { near } = await load.end();
      expectKinds(
        near,
        ['answered', 'RequestRejectedError', 'RequestTimeoutError'],
        ['ServiceNotFoundError'],
      );
      expect(load.warnings(NEAR)).toEqual([expect.stringContaining(`'${nodeID}' has sent no heartbeat`)]);
      // The silence was its own: it blames nobody.
      expect(load.warnings(FAR).filter((line) => line.includes(`'${NEAR}'`))).toEqual([]);
    });
  });
});
