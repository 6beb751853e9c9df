import { type MoleculerModuleOptions, ServiceBroker } from '../../../lib/index.js';
import { createTestCluster, type Fault, type TestCluster } from '../../../lib/testing/index.js';
import { seededRandom } from '../../../lib/time/seeded-random.js';
import { HEARTBEAT_TIMEOUT, simulatedNode, Witness } from './app.js';
import { broken } from './invariants.js';

const STEPS = 100;

/** A call that was made, and what became of it. */
export interface Attempt {
  readonly text: string;
  /** The place of the caller, and its life at that place. */
  readonly caller: string;
  settled: boolean;
}

/** One run: what is done, and what is done to the network meanwhile, is drawn from the seed. */
export class Scenario {
  readonly witness = new Witness();
  readonly attempts: Attempt[] = [];
  cluster!: TestCluster;
  private readonly random: () => number;
  private readonly lives: number[] = [];
  private readonly down = new Set<number>();
  private faults: Fault[] = [];
  private emitted = 0;
  private services = 0;

  /** @param options of every node, besides its own */
  constructor(
    readonly seed: number,
    private readonly options: MoleculerModuleOptions = {},
  ) {
    this.random = seededRandom(seed, 'scenario');
  }

  async start(): Promise<void> {
    const old = this.below(9);
    const nodes = Array.from({ length: 3 + this.below(3) }, (_, i) =>
      // The others are bilingual: all see all.
      simulatedNode(i, this.witness, i === old ? { ...this.options, protocolVersion: '4' } : this.options),
    );
    this.lives.push(...nodes.map(() => 0));
    const bundling = this.random() < 0.5;
    this.cluster = await createTestCluster({ nodes, seed: this.seed, logger: false, bundling });
  }

  /** From the start to the end. @returns what does not hold that must, in words */
  async run(): Promise<string[]> {
    await this.start();
    let found: string[];
    try {
      await this.play();
      await this.recover();
      found = await broken(this);
    } finally {
      await this.cluster.close();
    }
    const left = this.attempts.filter(({ settled }) => !settled);
    return [...found, ...left.map(({ text }) => `the call ${text} was not settled at the end`)];
  }

  /** A while of trouble. */
  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      await this.something();
      await this.cluster.advance(this.below(4) === 0 ? 0 : this.below(1500));
    }
  }

  /** The network is whole again, everybody is there, and has had time to notice. */
  async recover(): Promise<void> {
    this.cluster.heal();
    this.faults = [];
    for (const place of [...this.down]) await this.restartAt(place);
    await this.cluster.advance(1000 * (2 * HEARTBEAT_TIMEOUT + 60));
  }

  /** Whether the caller is still the process that made the call. */
  isAlive(attempt: Attempt): boolean {
    return this.lives.some((life, place) => `${place}.${life}` === attempt.caller && !this.down.has(place));
  }

  get brokers(): ServiceBroker[] {
    return this.up.map((place) => this.cluster.get(place, ServiceBroker));
  }

  private get up(): number[] {
    return this.lives.map((_, place) => place).filter((place) => !this.down.has(place));
  }

  private async something(): Promise<void> {
    const choices: [weight: number, () => void | Promise<void>][] = [
      [12, () => this.call()],
      [6, () => this.emit()],
      [3, () => this.changeServices()],
      [3, () => this.fault()],
      [1, () => this.partition()],
      [1, () => this.calm()],
      [1, () => this.crash()],
      [1, () => this.restart()],
      [1, () => this.cluster.disconnect(this.pick(this.up))],
      [1, () => this.cluster.reconnect(this.pick(this.up))],
    ];
    let at = this.random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, act] of choices) if ((at -= weight) < 0) return act();
  }

  private call(): void {
    const place = this.pick(this.up);
    const broker = this.cluster.get(place, ServiceBroker);
    const [action, params] = this.pick<[string, object]>([
      ['work.quick', {}],
      ['work.slow', { ms: this.below(3000) }],
      ['work.fails', {}],
      ['work.chain', { depth: this.below(4) }],
      ['extra.hello', {}],
    ]);
    const timeout = this.pick([undefined, 500, 2500]);
    const text = `${action} at ${this.cluster.elapsed}`;
    const caller = `${place}.${this.lives[place]}`;
    // Several in one turn go as one bundle; each of them must be settled.
    for (let i = this.below(3); i >= 0; i--) {
      const attempt = { text, caller, settled: false };
      this.attempts.push(attempt);
      const note = () => void (attempt.settled = true);
      broker.call<unknown>(action, params, timeout === undefined ? {} : { timeout }).then(note, note);
    }
  }

  private emit(): void {
    const broker = this.cluster.get(this.pick(this.up), ServiceBroker);
    const number = ++this.emitted;
    const event = this.pick(['thing.made', 'thing.sold']);
    if (this.random() < 0.6) void broker.emit(event, { emit: number });
    else void broker.broadcast(event, { broadcast: number });
  }

  private async changeServices(): Promise<void> {
    const broker = this.cluster.get(this.pick(this.up), ServiceBroker);
    const there = broker.registry.localServices().find(({ info }) => info.fullName.startsWith('extra'));
    if (there !== undefined) await this.cluster.run(broker.destroyService(there.info.fullName));
    else {
      const name = this.pick(['extra', `extra${++this.services}`]);
      const schema = { name, actions: { hello: () => broker.nodeID } };
      await this.cluster.run(broker.createService(schema));
    }
  }

  private fault(): void {
    const { cluster } = this;
    const places = this.lives.map((_, place) => place);
    const some = {
      chance: this.pick([0.1, 0.3, 0.8]),
      from: this.pick([undefined, this.pick(places)]),
      to: this.pick([undefined, this.pick(places)]),
    };
    const within = this.pick([0, 50, 4000, 20_000]);
    this.faults.push(
      this.pick([
        () => cluster.drop(some),
        () => cluster.delay([0, this.pick([10, 200, 3000, 15_000])], some),
        () => cluster.duplicate({ ...some, within, copies: 1 + this.below(2) }),
        () => cluster.reorder({ ...some, within }),
      ])(),
    );
    if (this.faults.length > 3) this.faults.shift()?.stop();
  }

  private partition(): void {
    const sides: [number[], number[]] = [[], []];
    this.lives.forEach((_, place) => sides[this.below(2)]!.push(place));
    this.cluster.partition(...sides);
  }

  private calm(): void {
    this.cluster.heal();
    this.faults = [];
  }

  private async crash(): Promise<void> {
    const { up } = this;
    if (up.length < 3) return;
    const place = this.pick(up);
    await this.cluster.crash(place);
    this.down.add(place);
  }

  private restart(): Promise<void> {
    return this.restartAt(this.pick(this.down.size > 0 ? [...this.down] : this.up));
  }

  private async restartAt(place: number): Promise<void> {
    this.lives[place]!++;
    await this.cluster.restart(place);
    this.down.delete(place);
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
