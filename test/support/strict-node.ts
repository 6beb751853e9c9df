import { Child } from './child.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

export interface StrictNodeOptions {
  /** A Redis that nobody else uses: it knows no namespaces. */
  url: string;
  /** Default `py-1`, `py-2` … */
  nodeID?: string;
  /** s; default 10. */
  heartbeatInterval?: number;
  /** s of silence after which it forgets a node; default 20. */
  timeout?: number;
}

/** Its answer to a call: what it read from the RES, raw. */
export interface StrictOutcome {
  success: boolean;
  data: any;
  error: any;
  meta: any;
  nodeID: string;
}

export interface StrictEvent {
  sender: string;
  event: string;
  data: any;
  groups: string[] | null;
  broadcast: boolean;
}

let started = 0;

/** Starts a stand-in for tiny-moleculer-py, on a Redis server of the test's own. */
export async function startStrictNode(options: StrictNodeOptions): Promise<StrictNode> {
  const nodeID = options.nodeID ?? `py-${++started}`;
  const child = await Child.start('strict-node.mjs', `strict node "${nodeID}"`, [
    JSON.stringify({ ...options, nodeID }),
  ]);
  return new StrictNode(child, nodeID);
}

/**
 * A node that drops every packet with a key that 0.14 does not send. It serves `py.add { a, b }`, `py.fail`, `py.meta`
 * (the meta as it came) and listens to `ev_random_number` and `py.event`.
 */
export class StrictNode {
  constructor(
    private readonly child: Child,
    readonly nodeID: string,
  ) {}

  get pid(): number {
    return this.child.pid;
  }

  call(
    action: string,
    params?: unknown,
    opts: { meta?: object; nodeID?: string } = {},
  ): Promise<StrictOutcome> {
    return this.child.cmd('call', { action, params, ...opts });
  }

  /** To one random node that listens; its ID. */
  emit(event: string, payload?: unknown): Promise<string> {
    return this.child.cmd('emit', { event, payload });
  }

  /** To all that listen; their IDs. */
  broadcast(event: string, payload?: unknown): Promise<string[]> {
    return this.child.cmd('broadcast', { event, payload });
  }

  /** Packets that it could not take, with the reason. A test of ours ends with none. */
  dropped(): Promise<{ type: string; why: string; text: string }[]> {
    return this.child.cmd('dropped');
  }

  /** What it took, by type and sender: shows that "none dropped" is not for want of packets. */
  received(): Promise<{ type: string; sender: string }[]> {
    return this.child.cmd('received');
  }

  events(): Promise<StrictEvent[]> {
    return this.child.cmd('events');
  }

  /** The last INFO of a node, raw. */
  info(nodeID: string): Promise<any> {
    return this.child.cmd('info', { nodeID });
  }

  async waitForNode(nodeID: string, known = true, options?: WaitOptions): Promise<void> {
    await waitUntil(
      `${nodeID} ${known ? 'known' : 'forgotten'} by ${this.nodeID}`,
      async () => (await this.child.cmd<string[]>('nodes')).includes(nodeID) === known,
      options,
    );
  }

  waitForEvents(event: string, count = 1, options?: WaitOptions): Promise<StrictEvent[]> {
    return waitUntil(
      `${count} × "${event}" at ${this.nodeID}`,
      async () => {
        const events = (await this.events()).filter((e) => e.event === event);
        return events.length >= count ? events : null;
      },
      options,
    );
  }

  /** Ends without a word, as its model does. */
  stop(): Promise<number | NodeJS.Signals> {
    return this.child.stop();
  }

  kill(signal?: NodeJS.Signals): Promise<void> {
    return this.child.kill(signal);
  }
}
