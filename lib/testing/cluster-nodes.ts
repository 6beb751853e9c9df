import type { DynamicModule, Type } from '@nestjs/common';
import * as messages from '../messages/cluster.messages.js';
import type { ClusterClock } from './cluster-clock.js';
import { NodeProcess, type ProcessWorld } from './node-process.js';
import type { TestNodeModule, TestNodeRef } from './test-cluster.options.js';

/** ms; a node joins in less than a second, and what its hooks do besides may be real. So it is when it ends. */
const HOOK_STEP = 5;
/** ms in which those who started together have heard of each other, and of what changed meanwhile. */
const INTRODUCTIONS = 200;

/** The place of a node in the cluster, with the process that runs there if any. */
export interface NodeSlot {
  readonly place: number;
  readonly module: DynamicModule;
  readonly givenID: string | undefined;
  /** Of the default broker; the last one while the node is down. */
  nodeID: string;
  lives: number;
  process: NodeProcess | null;
}

/** The nodes of a cluster: their start, their end, and what happens to them in between. */
export class ClusterNodes {
  readonly slots: readonly NodeSlot[];
  private readonly dead: NodeProcess[] = [];

  constructor(
    modules: readonly TestNodeModule[],
    private readonly world: ProcessWorld,
    private readonly clock: ClusterClock,
  ) {
    this.slots = modules.map((module, place) => {
      const { nodeID, ...dynamic } = typeof module === 'function' ? { module } : module;
      const givenID = nodeID as string | undefined;
      return { place, module: dynamic, givenID, nodeID: givenID ?? `${place}`, lives: 0, process: null };
    });
  }

  /** @throws Error if no node, or more than one, is meant */
  find(ref: TestNodeRef): NodeSlot {
    const found = this.slots.filter((slot) =>
      typeof ref === 'function' ? slot.module.module === ref : ref === slot.place || ref === slot.nodeID,
    );
    if (found.length === 1) return found[0]!;
    const name = nameOf(ref);
    if (found.length > 1) throw new Error(messages.ambiguousNode(name, found.length));
    throw new Error(
      messages.unknownNode(
        name,
        this.slots.map(({ nodeID }) => nodeID),
      ),
    );
  }

  /** @throws Error if it is down */
  running(ref: TestNodeRef): NodeProcess {
    return this.processOf(this.find(ref));
  }

  private processOf({ process, nodeID }: NodeSlot): NodeProcess {
    if (process === null) throw new Error(messages.nodeIsDown(nodeID));
    return process;
  }

  /** They are made one after the other and join together. */
  async start(slots: readonly NodeSlot[]): Promise<void> {
    const starting: Promise<void>[] = [];
    for (const slot of slots) {
      const { place, module, givenID } = slot;
      const life = slot.lives++;
      const process = new NodeProcess(this.world, { node: place, life, module, nodeID: givenID });
      slot.process = process;
      const { started } = await this.clock.launch(process.launch(), () => process.scheduler.pending > 0);
      slot.nodeID = process.nodeIDs[0] ?? slot.nodeID;
      starting.push(started);
    }
    for (const { process } of slots) process?.admit();
    const names = slots.map(({ nodeID }) => nodeID).join(', ');
    const started = Promise.allSettled(starting);
    const outcomes = await this.clock.run(started, `The start of ${names}`, HOOK_STEP);
    // What is left of one that could not start shall trouble nobody.
    for (const slot of slots) if (slot.process?.started !== true) this.crash(slot);
    throwFirst(outcomes);
    await this.clock.advance(INTRODUCTIONS);
  }

  crash(slot: NodeSlot): void {
    const process = this.processOf(slot);
    process.crash();
    this.dead.push(process);
    slot.process = null;
  }

  async stop(slot: NodeSlot): Promise<void> {
    const { process } = slot;
    slot.process = null;
    if (process !== null) await this.end(process.end(), slot.nodeID);
  }

  private end<T>(ended: Promise<T>, who: string): Promise<T> {
    return this.clock.run(ended, `The end of ${who}`, undefined, HOOK_STEP);
  }

  /** Everybody, and what is left of those who crashed. */
  async close(): Promise<void> {
    const ends = this.slots.map(({ process }) => process?.end());
    for (const slot of this.slots) slot.process = null;
    const dead = this.dead.splice(0).map((process) => process.bury());
    const outcomes = await this.end(Promise.allSettled([...ends, ...dead]), 'the cluster');
    throwFirst(outcomes);
  }
}

function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function nameOf(ref: TestNodeRef): string {
  return typeof ref === 'function' ? (ref as Type<unknown>).name : `'${ref}'`;
}
