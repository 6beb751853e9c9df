import { type DynamicModule, Inject, Module } from '@nestjs/common';
import type { SchedulerLike } from 'rxjs';
import {
  Action,
  Context,
  Ctx,
  Event,
  MOLECULER_SCHEDULER,
  MoleculerModule,
  type MoleculerModuleOptions,
  Params,
  Payload,
  Service,
  ServiceBroker,
} from '../../../lib/index.js';
import type { TestNodeModule } from '../../../lib/testing/index.js';
import { delay } from '../../../lib/time/delay.js';

/** What happened at the handlers of all nodes, and how often. */
export class Witness {
  /** Process, sender and request ID of each action that ran. */
  readonly actions = new Map<string, number>();
  /** Group and number of each emit; node, group and number of each broadcast. */
  readonly events = new Map<string, number>();

  ran(process: ServiceBroker, ctx: Context): void {
    const { instanceID } = process.registry.localNode;
    // A process that was started anew cannot know what its predecessor ran.
    count(this.actions, `${ctx.nodeID} ${ctx.id} at ${process.nodeID} (${instanceID})`);
  }

  heard(process: ServiceBroker, group: string, { emit, broadcast }: { emit?: number; broadcast?: number }) {
    const { instanceID } = process.registry.localNode;
    if (emit !== undefined) count(this.events, `emit ${emit} by ${group}`);
    else count(this.events, `broadcast ${broadcast} by ${group} of ${process.nodeID} (${instanceID})`);
  }
}

const count = (counts: Map<string, number>, key: string) => void counts.set(key, (counts.get(key) ?? 0) + 1);

const WITNESS = Symbol('witness');

@Service('work')
class WorkService {
  constructor(
    private readonly broker: ServiceBroker,
    @Inject(WITNESS) private readonly witness: Witness,
    @Inject(MOLECULER_SCHEDULER) private readonly scheduler: SchedulerLike,
  ) {}

  @Action() quick(@Ctx() ctx: Context): string {
    this.witness.ran(this.broker, ctx);
    return this.broker.nodeID;
  }

  @Action() async slow(@Params() { ms }: { ms: number }, @Ctx() ctx: Context): Promise<string> {
    this.witness.ran(this.broker, ctx);
    await delay(this.scheduler, ms);
    return this.broker.nodeID;
  }

  @Action() fails(@Ctx() ctx: Context): never {
    this.witness.ran(this.broker, ctx);
    throw new Error('refused');
  }

  /** Calls on. */
  @Action() async chain(@Params() { depth }: { depth: number }, @Ctx() ctx: Context): Promise<number> {
    this.witness.ran(this.broker, ctx);
    return depth <= 0 ? 0 : 1 + (await ctx.call<number>('work.chain', { depth: depth - 1 }));
  }
}

@Service('listener')
class ListenerService {
  constructor(
    private readonly broker: ServiceBroker,
    @Inject(WITNESS) private readonly witness: Witness,
  ) {}

  @Event('thing.*', { group: 'first' }) first(@Payload() what: object): void {
    this.witness.heard(this.broker, 'first', what);
  }
  @Event('thing.made', { group: 'second' }) second(@Payload() what: object): void {
    this.witness.heard(this.broker, 'second', what);
  }
}

/** s */
export const HEARTBEAT_INTERVAL = 2;
/** s */
export const HEARTBEAT_TIMEOUT = 6;

/** An application of the simulation; the odd ones serve nothing but what they are given on the way. */
export function simulatedNode(
  place: number,
  witness: Witness,
  more: MoleculerModuleOptions = {},
): TestNodeModule {
  @Module({})
  class SimulatedAppModule {}
  const options = {
    heartbeatInterval: HEARTBEAT_INTERVAL,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    requestTimeout: 4000,
    ...more,
    // Or else hardly a call would leave its node.
    registry: { preferLocal: false, ...more.registry },
  };
  const module: DynamicModule = {
    module: SimulatedAppModule,
    imports: [MoleculerModule.forRoot(options)],
    providers: [
      { provide: WITNESS, useValue: witness },
      ...(place % 3 === 2 ? [] : [WorkService]),
      ...(place % 3 === 0 ? [] : [ListenerService]),
    ],
  };
  // Some keep their node ID through restarts, as in a StatefulSet; the others have a new one each time.
  return place % 2 === 0 ? { ...module, nodeID: `fixed-${place}` } : module;
}
