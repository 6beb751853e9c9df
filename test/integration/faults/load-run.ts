import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { tally, type LogLine } from '../../support/cluster.js';
import { handledTwice, LoadDriver } from '../../support/load.mjs';
import { waitUntil } from '../../support/wait-until.js';
import { FAR, JS, NEAR, TWO_TIMEOUTS, type FaultCluster } from './fault-cluster.js';

/** How the calls of a node ended: `answered`, or the name of the error. */
export type Kinds = Record<string, number>;

/** ms */
const SETTLED = 30_000;

/** A load from all nodes to all, from before a fault until after it. */
export class Load {
  private readonly near: LoadDriver;
  private readonly logs: Record<string, LogLine[]> = {};
  private ended = false;

  private constructor(
    private readonly cluster: FaultCluster,
    private readonly timeout: number,
  ) {
    this.near = new LoadDriver(cluster.near.broker, this.options(NEAR));
  }

  static async start(cluster: FaultCluster, timeout = 1500): Promise<Load> {
    cluster.logs.length = 0;
    await cluster.far.logs({ clear: true });
    const load = new Load(cluster, timeout);
    onTestFinished(() => load.quit());
    load.near.start();
    await Promise.all([load.startFar(), load.startJs()]);
    // Under way, both ways.
    await load.flows();
    return load;
  }

  /** After `far` was started anew. */
  startFar(): Promise<void> {
    return this.cluster.far.cmd('loadStart', this.options(FAR));
  }

  startJs(): Promise<void> {
    return this.cluster.js.cmd('loadStart', this.options(JS));
  }

  /** Of `near`, so far. */
  get kinds(): Kinds {
    return this.near.state().kinds as Kinds;
  }

  /** Calls of `near` under way. */
  get open(): number {
    return this.near.state().open;
  }

  /** Until calls of `near` have ended in this way, so many more than now. */
  async until(kind: string, more = 20): Promise<void> {
    const enough = (this.kinds[kind] ?? 0) + more;
    await waitUntil(`${more} × ${kind}`, () => (this.kinds[kind] ?? 0) >= enough);
  }

  /** Until every node answers calls of `near` again. */
  async flows(): Promise<void> {
    const before = this.near.state().answeredBy as Kinds;
    const more = (nodeID: string) =>
      (this.near.state().answeredBy as Kinds)[nodeID] > (before[nodeID] ?? 0) + 20;
    await waitUntil('answers from everywhere', () => more(FAR) && more(JS));
  }

  /**
   * Everything must be as before within two heartbeat timeouts. Then the load ends, and it is checked that every call was settled, none
   * wrongly, nothing was handled twice, nothing said over and over, and nothing is held on to.
   */
  async end({ repeats = false } = {}): Promise<Record<'near' | 'far' | 'js', Kinds>> {
    const { cluster } = this;
    await waitUntil('a registry that is true again', () => cluster.isTrue(), { timeout: TWO_TIMEOUTS });
    // A Moleculer node takes up to twice its own timeout, and looks at its clock in whole seconds.
    await cluster.whole(3 * TWO_TIMEOUTS);
    await this.flows();
    const stopping = [this.near.stop(), cluster.far.cmd('loadStop'), cluster.js.cmd('loadStop')];
    this.ended = true;
    const [near, far, js] = await settled(Promise.all(stopping), () => JSON.stringify(this.near.state()));
    for (const report of [near, far, js]) expect(report.wrong).toEqual([]);
    expect([near.watches, far.watches]).toEqual([0, 0]);
    expect(await this.handledTwice()).toEqual([]);
    this.logs[NEAR] = [...cluster.logs];
    this.logs[FAR] = await cluster.far.logs();
    if (!repeats) expect(Object.values(this.logs).map(repeated)).toEqual([{}, {}]);
    expect(cluster.far.stderr()).toBe('');
    await this.expectNothingHeld();
    return { near: near.kinds, far: far.kinds, js: js.kinds };
  }

  /** What a node of ours complained of until the end. */
  warnings(nodeID: string): string[] {
    return this.logs[nodeID].filter(({ level }) => level !== 'log').map(({ text }) => text);
  }

  /** A test that failed in the middle must not trouble the next. */
  private async quit(): Promise<void> {
    if (this.ended) return;
    const { far, js } = this.cluster;
    const stop = (node: { cmd(name: string): Promise<unknown> }) =>
      node.cmd('loadStop').catch(() => undefined);
    await Promise.all([this.near.stop(), stop(far), stop(js)]);
  }

  private async expectNothingHeld(): Promise<void> {
    const { cluster } = this;
    const atRest = JSON.stringify(cluster.atRest);
    let held: object = {};
    const same = async () => JSON.stringify((held = await cluster.held())) === atRest;
    await waitUntil('nothing held', same, { timeout: 5000 }).catch(() => undefined);
    expect(held).toEqual(cluster.atRest);
  }

  private async handledTwice(): Promise<string[]> {
    const { journals } = this.cluster;
    const texts = await Promise.all(
      (await readdir(journals)).map((file) => readFile(join(journals, file), 'utf8')),
    );
    return handledTwice(texts).slice(0, 10);
  }

  private options(nodeID: string) {
    return { targets: [NEAR, FAR, JS].filter((id) => id !== nodeID), timeout: this.timeout };
  }
}

/** All that must be there, and nothing but that and what may. */
export function expectKinds(kinds: Kinds, must: readonly string[], may: readonly string[] = []): void {
  expect(Object.keys(kinds)).toEqual(expect.arrayContaining([...must]));
  expect(Object.keys(kinds).filter((kind) => !must.includes(kind) && !may.includes(kind))).toEqual([]);
}

/** Lines that were logged more than once. */
function repeated(lines: readonly { text: string }[]): Record<string, number> {
  const counts = tally(lines.map(({ text }) => text));
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 1));
}

async function settled<T>(all: Promise<T>, state: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Calls are still open: ${state()}`)), SETTLED);
  });
  return Promise.race([all, late]).finally(() => clearTimeout(timer));
}
