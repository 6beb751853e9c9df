import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { connectionCut, machineCrashed } from '../messages/cluster.messages.js';
import type { ServiceBroker } from '../broker/service-broker.js';
import { SIMULATED_PARTS } from '../moleculer.internal-tokens.js';
import type { SimulatedParts } from '../moleculer.simulated-parts.js';
import { counterIds } from '../time/id-source.js';
import { seededPrefix, seededRandom } from '../time/seeded-random.js';
import type { VirtualScheduler } from '../time/virtual-scheduler.js';
import { SimulatedTransporter } from './network/simulated.transporter.js';
import type { SimulatedNetwork } from './network/simulated-network.js';
import { NodeScheduler } from './node-scheduler.js';
import { SimulatedMachine } from './simulated-machine.js';

/** What all processes of a cluster share. */
export interface ProcessWorld {
  readonly seed: number;
  readonly clock: VirtualScheduler;
  readonly network: SimulatedNetwork;
  readonly bundles: boolean;
  /** Told of each broker before it starts. */
  made(broker: ServiceBroker): void;
  /** Makes the application; `init` is called later, should it not have been. */
  create(module: DynamicModule): Promise<INestApplicationContext>;
}

/** What one process is started from. */
export interface ProcessPlan {
  /** Its place in the cluster. */
  readonly node: number;
  /** How many there were before it at that place. */
  readonly life: number;
  readonly module: DynamicModule;
  /** Of the default broker; undefined: as its options say. */
  readonly nodeID: string | undefined;
}

/** The root of the application that is made. */
class TestNodeModule {}
/** Gives the brokers of the application their world. */
class SimulationModule {}

/** One life of a node, as it were a process: an application with a clock, chance and a place on the network of its own. */
export class NodeProcess {
  readonly scheduler: NodeScheduler;
  readonly transporters: SimulatedTransporter[] = [];
  /** Its application is there, and has joined. */
  started = false;
  readonly brokers: ServiceBroker[] = [];
  private app: INestApplicationContext | null = null;
  private readonly admission: { readonly promise: Promise<void>; open(): void };
  private offline = false;
  private reached: (() => void) | null = null;

  constructor(
    private readonly world: ProcessWorld,
    private readonly plan: ProcessPlan,
  ) {
    this.scheduler = new NodeScheduler(world.clock);
    let open!: () => void;
    const promise = new Promise<void>((resolve) => (open = resolve));
    this.admission = { promise, open };
  }

  /** The default broker's first. */
  get nodeIDs(): string[] {
    return this.transporters.map(({ nodeID }) => nodeID);
  }

  get application(): INestApplicationContext {
    return this.app as INestApplicationContext;
  }

  /** Runs until the application wants to join, or is there without. What it does up to then takes no time of the cluster's. */
  async launch(): Promise<{ readonly started: Promise<void> }> {
    const atTheDoor = new Promise<void>((resolve) => (this.reached = resolve));
    const started = this.run();
    await Promise.race([atTheDoor, started.catch(() => undefined)]);
    return { started };
  }

  /** Lets it join. */
  admit(): void {
    this.admission.open();
  }

  /** Its brokers lose their connection and are told. */
  disconnect(): void {
    if (this.offline) return;
    this.offline = true;
    for (const port of this.transporters) port.cut(connectionCut);
  }

  reconnect(): void {
    if (!this.offline) return;
    this.offline = false;
    for (const port of this.transporters) port.restore();
  }

  /** Nothing more comes from it, nothing reaches it, and its timers are gone. */
  crash(): void {
    for (const port of this.transporters) this.world.network.leave(port);
    this.scheduler.freeze();
  }

  async end(): Promise<void> {
    await this.app?.close();
  }

  /** Clears away what is left of a process that crashed: calls that it still waits for are settled, and Nest's hooks run. */
  async bury(): Promise<void> {
    this.scheduler.thaw();
    for (const port of this.transporters) port.cut(machineCrashed);
    await this.end();
  }

  private async run(): Promise<void> {
    this.app = await this.world.create(this.wrapped());
    await this.app.init();
    this.started = true;
  }

  /** The parts come from a module around the application, global as they must reach modules of any depth. */
  private wrapped(): DynamicModule {
    const provided = { provide: SIMULATED_PARTS, useValue: this.parts() };
    const simulation = {
      module: SimulationModule,
      global: true,
      providers: [provided],
      exports: [SIMULATED_PARTS],
    };
    return { module: TestNodeModule, imports: [simulation, this.plan.module] };
  }

  private parts(): SimulatedParts {
    const { world, plan, scheduler } = this;
    const stream = (part: string, broker = '') => `${plan.node}.${plan.life} ${part} ${broker}`;
    const site = {
      node: plan.node,
      network: world.network,
      bundles: world.bundles,
      admit: () => {
        this.reached?.();
        return this.admission.promise;
      },
    };
    return {
      scheduler,
      machine: new SimulatedMachine(`node-${plan.node}`, 100 + plan.life, `10.0.0.${plan.node + 1}`, () =>
        scheduler.now(),
      ),
      random: (broker) => seededRandom(world.seed, stream('random', broker)),
      ids: (broker) => counterIds(seededPrefix(seededRandom(world.seed, stream('ids', broker)))),
      nodeID: (broker) => (broker === undefined ? plan.nodeID : undefined),
      transporter: (nodeID) => {
        const transporter = new SimulatedTransporter(nodeID, site);
        this.transporters.push(transporter);
        return transporter;
      },
      made: (broker) => {
        this.brokers.push(broker);
        world.made(broker);
      },
    };
  }
}
