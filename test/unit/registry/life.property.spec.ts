import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ServiceBroker, type ServiceSchema } from '../../../lib/index.js';
import { createTestCluster } from '../../../lib/testing/index.js';
import { BEATS, Life, node } from '../life.fixture.js';

/** Names of services that nodes offer, give up and listen under. */
const SERVICES = ['shop', 'stock', 'mail'];

const place = fc.nat({ max: 3 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 9000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('offer' as const), place, name: fc.constantFrom(...SERVICES) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('start' as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('part' as const), alone: fc.subarray([0, 1, 2, 3]) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('lose' as const), place, chance: fc.constantFrom(0.3, 1) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'heal' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const offered = (name: string): ServiceSchema => ({
  name,
  actions: { where: (ctx) => ctx.broker.nodeID },
  events: { [`${name}.*`]: () => undefined },
});

/** Half of the nodes keep their ID from one life to the next. */
const nodesThatAsk = (refreshEvery: number) =>
  [0, 1, 2, 3].map((i) =>
    node(
      i % 2 === 0 ? `fixed-${i}` : undefined,
      { ...BEATS, registry: { preferLocal: false, discoverer: { options: { refreshEvery } } } },
      offered('shop'),
    ),
  );

/** A cluster, and who of it is up. */
class Story {
  readonly up = new Set([0, 1, 2, 3]);

  constructor(readonly life: Life) {}

  get brokers(): ServiceBroker[] {
    return [...this.up].sort().map((at) => this.life.broker(at));
  }

  async play(what: Step): Promise<void> {
    const { cluster } = this.life;
    if (what.do === 'wait') return cluster.advance(what.ms);
    if (what.do === 'heal') return cluster.heal();
    if (what.do === 'part') return cluster.partition(what.alone);
    if (what.do === 'start') return this.start(what.place);
    if (!this.up.has(what.place)) return;
    if (what.do === 'lose') return void cluster.drop({ from: what.place, chance: what.chance });
    if (what.do === 'offer') return this.offer(this.life.broker(what.place), what.name);
    this.up.delete(what.place);
    if (what.do === 'crash') return cluster.crash(what.place);
    return cluster.run(cluster.app(what.place).close());
  }

  /** Offers what it did not, or no more. */
  private async offer(broker: ServiceBroker, name: string): Promise<void> {
    const has = broker.registry.localServices().some(({ info }) => info.name === name);
    await this.life.cluster.run<unknown>(
      has ? broker.destroyService(name) : broker.createService(offered(name)),
    );
  }

  private async start(at: number): Promise<void> {
    await this.life.cluster.restart(at);
    this.up.add(at);
  }
}

/** The nodes that offer a service, by what they themselves say. */
const ownersOf = (brokers: readonly ServiceBroker[], name: string): string[] =>
  brokers
    .filter(({ registry }) => registry.announcedInfo().some(({ fullName }) => fullName === name))
    .map(({ nodeID }) => nodeID)
    .sort();

/** What a node must know: each node that is up, and what it offers. */
function truth(brokers: readonly ServiceBroker[]): object {
  const of = (name: string) => ownersOf(brokers, name);
  return {
    nodes: brokers.map(({ nodeID, registry }) => [nodeID, registry.localNode.instanceID]).sort(),
    services: SERVICES.map((name) => [name, of(name)]),
    endpoints: SERVICES.map((name) => [`${name}.where`, of(name)]),
    subscriptions: SERVICES.map((name) => [`${name}.*`, of(name)]),
  };
}

/** The same as a node sees it. */
function seenBy({ registry }: ServiceBroker): object {
  const there = registry.nodes({ onlyAvailable: true });
  const services = registry.services({ onlyAvailable: true });
  const at = (endpoints: readonly { nodeID: string; available: boolean }[] = []) =>
    endpoints.flatMap(({ nodeID, available }) => (available ? [nodeID] : [])).sort();
  const actions = registry.actions({ withEndpoints: true });
  const events = registry.events({ withEndpoints: true });
  return {
    nodes: there.map(({ id, instanceID }) => [id, instanceID]).sort(),
    services: SERVICES.map((name) => [
      name,
      services.flatMap(({ fullName, nodeID }) => (fullName === name ? [nodeID] : [])).sort(),
    ]),
    endpoints: SERVICES.map((name) => {
      const action = `${name}.where`;
      return [action, at(actions.find((one) => one.name === action)?.endpoints)];
    }),
    subscriptions: SERVICES.map((name) => {
      const pattern = `${name}.*`;
      return [pattern, at(events.find((one) => one.name === pattern)?.endpoints)];
    }),
  };
}

/** Where balanced calls end, from each node to each service that there is. */
async function served({ life, brokers }: Story, name: string): Promise<Set<string>> {
  const calls = brokers.flatMap((broker) => brokers.map(() => broker.call<string>(`${name}.where`)));
  return new Set(await life.cluster.run(Promise.all(calls)));
}

/** ms */
const TWO_TIMEOUTS = 2 * BEATS.heartbeatTimeout * 1000;
/** ms at most until a node is asked anew: in turn, and the first of one round may be the last of the next. */
const longestTurn = (refreshEvery: number) => refreshEvery * 5 * 1100 * BEATS.heartbeatInterval;

/**
 * What was announced while a network was broken so shortly that nobody was missed is found out by the questions of `refreshEvery`
 * alone. With one at each heartbeat that takes less than two heartbeat timeouts in so small a cluster; by default, longer.
 */
it.each([
  ['two heartbeat timeouts', 1, TWO_TIMEOUTS, 25],
  ['two heartbeat timeouts and the turn of each', 3, TWO_TIMEOUTS + longestTurn(3), 10],
])(
  'whoever joins, leaves, crashes, returns or is cut off: %s after it is over all know the truth, and calls go to it',
  async (_time, refreshEvery, ms, numRuns) => {
    const nodes = nodesThatAsk(refreshEvery);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(), async (history, seed) => {
        const cluster = await createTestCluster({ nodes, seed, logger: false });
        try {
          const story = new Story(new Life(cluster));
          for (const what of history) await story.play(what);
          cluster.heal();
          await cluster.advance(ms);
          await agreement(story);
        } finally {
          await cluster.close();
        }
      }),
      { numRuns, seed: 4 },
    );
  },
  120_000,
);

async function agreement(story: Story): Promise<void> {
  const { brokers } = story;
  const known = truth(brokers);
  for (const broker of brokers) expect(seenBy(broker), broker.nodeID).toEqual(known);
  for (const name of SERVICES) {
    const owners = ownersOf(brokers, name);
    // Each node calls as often as there are nodes, so that each that offers it has its turn.
    if (owners.length > 0) expect(await served(story, name)).toEqual(new Set(owners));
  }
}
