/** A cluster in trouble, and its trace; for tests that it is the same in every process. */

/**
 * @param {{ createTestCluster: Function, MoleculerModule: any, ServiceBroker: any }} library
 * @param {number} seed
 */
export async function replay({ createTestCluster, MoleculerModule, ServiceBroker }, seed) {
  const nodes = ['a', 'b', undefined, undefined].map((nodeID) => ({
    module: class ReplayModule {},
    imports: [MoleculerModule.forRoot({ heartbeatInterval: 2, heartbeatTimeout: 6 })],
    nodeID,
  }));
  const cluster = await createTestCluster({ nodes, seed, logger: false });
  const broker = (place) => cluster.get(place, ServiceBroker);
  for (const place of [0, 1, 2]) await cluster.run(broker(place).createService(service()));
  await cluster.advance('1s');
  cluster.delay([0, 300]);
  cluster.drop({ chance: 0.1 });
  cluster.duplicate({ chance: 0.1, within: '2s' });
  cluster.reorder({ chance: 0.2 });
  for (let round = 0; round < 30; round++) {
    const from = broker(round % 2 === 0 ? 3 : 1);
    from.call('work.do', { round }, { timeout: 1500 }).catch(() => undefined);
    from.emit('round.done', { round });
    if (round === 8) cluster.partition([0, 1], [2]);
    if (round === 14) cluster.heal();
    if (round === 16) await cluster.crash('a');
    if (round === 22) await cluster.restart(0);
    await cluster.advance(round % 3 === 0 ? '1s' : 130);
  }
  const { trace } = cluster;
  await cluster.close();
  return trace;
}

const service = () => ({
  name: 'work',
  actions: {
    do({ params }) {
      if (params.round % 5 === 0) throw new Error('not this one');
      return params.round;
    },
  },
  events: { 'round.*': () => undefined },
});
