import { Child, ChildCommandError, type RemoteError } from './child.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

export interface PeerOptions {
  /** Moleculer 0.14 (protocol 4) or 0.15 (protocol 5). */
  version: 14 | 15;
  url: string;
  namespace: string;
  /** Default `js14-1`, `js15-2` …, unique in the file. */
  nodeID?: string;
  /** Only these of its services (peer-services.mjs); default all. */
  services?: string[];
  /** Nothing at all is served, not even `$node`: such a node announces nothing. */
  bare?: boolean;
  /** s; default 10. */
  heartbeatInterval?: number;
  /** s; default 30. */
  heartbeatTimeout?: number;
  /** ms; default 0, none. */
  requestTimeout?: number;
  /** ms between withdrawing services and leaving; default 100. */
  stopDelay?: number;
  preferLocal?: boolean;
  strategy?: string;
  serializer?: string;
  metadata?: object;
  disableVersionCheck?: boolean;
  /** A file: it bears and makes load (load.mjs), and notes there what it handled. */
  journal?: string;
  /** Keep and show all its log lines, not only warnings and errors. */
  trace?: boolean;
}

/** How a call ended that a peer made. */
export interface PeerOutcome<R = any> {
  ok: boolean;
  result?: R;
  /** Type of the result as JavaScript sees it there: `undefined`, `null`, `Buffer`, `Date` … */
  type?: string;
  error?: RemoteError;
  /** The meta after the call, what the callee wrote included. */
  meta?: Record<string, any>;
  /** Which node answered. */
  nodeID?: string;
  /** Duration as the peer measured it, ms. */
  ms: number;
}

/** An event as a peer's listener got it. */
export interface PeerEvent {
  service: string;
  group: string;
  pattern: string;
  eventName: string;
  eventType: 'emit' | 'broadcast' | 'broadcastLocal';
  eventGroups: string[] | null;
  params: any;
  meta: Record<string, any>;
  nodeID: string;
  requestID: string;
  parentID: string | null;
  level: number;
  caller: string | null;
  headers: Record<string, any> | null;
}

export interface PeerLog {
  level: string;
  module: string;
  message: string;
}

let started = 0;

/** Starts a real Moleculer.js node; it is killed at the end of the file if it has not been stopped. */
export async function startPeer(options: PeerOptions): Promise<Peer> {
  const nodeID = options.nodeID ?? `js${options.version}-${++started}`;
  const label = `Moleculer 0.${options.version} "${nodeID}"`;
  return new Peer(
    await Child.start('moleculer-peer.mjs', label, [JSON.stringify({ ...options, nodeID })]),
    nodeID,
  );
}

/** A real Moleculer.js node in a process of its own. */
export class Peer {
  constructor(
    private readonly child: Child,
    readonly nodeID: string,
  ) {}

  get pid(): number {
    return this.child.pid;
  }

  /** Version of its Moleculer, and its protocol. */
  get versions(): { moleculer: string; protocol: string } {
    return { moleculer: this.child.ready.moleculer, protocol: this.child.ready.protocol };
  }

  /** Any command of peer-control.mjs. */
  cmd<T = any>(name: string, params?: object): Promise<T> {
    return this.child.cmd<T>(name, params);
  }

  /** Lets the peer call an action: its result, or a `ChildCommandError` with the error as the peer got it. */
  async call<R = any>(action: string, params?: unknown, opts?: object): Promise<R> {
    const outcome = await this.outcome<R>(action, params, opts);
    if (!outcome.ok) throw new ChildCommandError(`${this.nodeID} calling ${action}`, outcome.error!);
    return outcome.result as R;
  }

  /** The same with everything that is known about it; does not reject when the call failed. */
  outcome<R = any>(action: string, params?: unknown, opts?: object): Promise<PeerOutcome<R>> {
    return this.child.cmd<PeerOutcome<R>>('call', { action, params, opts });
  }

  emit(event: string, payload?: unknown, opts?: object): Promise<true> {
    return this.child.cmd('emit', { event, payload, opts });
  }

  broadcast(event: string, payload?: unknown, opts?: object): Promise<true> {
    return this.child.cmd('broadcast', { event, payload, opts });
  }

  /** Events that its listeners got so far, in order. */
  events(name?: string): Promise<PeerEvent[]> {
    return this.child.cmd('events', { name });
  }

  /** Warnings and errors that it logged (everything with `trace`). */
  logs(filter: { level?: string; contains?: string; clear?: boolean } = {}): Promise<PeerLog[]> {
    return this.child.cmd('logs', filter);
  }

  /** Its stderr, the last 20,000 characters. */
  stderr(): string {
    return this.child.stderr();
  }

  /** Until it has got that many events of a name. */
  waitForEvents(name: string, count = 1, options?: WaitOptions): Promise<PeerEvent[]> {
    return waitUntil(
      `${count} × "${name}" at ${this.nodeID}`,
      async () => {
        const events = await this.events(name);
        return events.length >= count ? events : null;
      },
      options,
    );
  }

  async waitForServices(names: string | string[], timeout = 60_000): Promise<void> {
    await this.child.cmd('waitForServices', { names, timeout });
  }

  /** Until it sees a node as available, or (`false`) as unavailable or not at all. */
  async waitForNode(nodeID: string, available = true, options?: WaitOptions): Promise<void> {
    await waitUntil(
      `${nodeID} ${available ? 'available' : 'gone'} for ${this.nodeID}`,
      async () => {
        const nodes = await this.child.cmd<{ id: string; available: boolean }[]>('nodes');
        return nodes.some((node) => node.id === nodeID && node.available) === available;
      },
      options,
    );
  }

  /** Until an action has that many available endpoints in its registry. */
  async waitForEndpoints(action: string, count: number, options?: WaitOptions): Promise<void> {
    await waitUntil(
      `${count} endpoints of ${action} for ${this.nodeID}`,
      async () => {
        const actions =
          await this.child.cmd<{ name: string; endpoints?: { available: boolean }[] }[]>('actions');
        const found = actions.find(({ name }) => name === action)?.endpoints ?? [];
        return found.filter((endpoint) => endpoint.available).length === count;
      },
      options,
    );
  }

  /** Leaves gracefully; its exit code. */
  stop(): Promise<number | NodeJS.Signals> {
    return this.child.stop();
  }

  /** SIGKILL by default; SIGSTOP and SIGCONT freeze and thaw it. */
  kill(signal?: NodeJS.Signals): Promise<void> {
    return this.child.kill(signal);
  }

  /** Settles when its process has ended. */
  get exited(): Promise<number | NodeJS.Signals> {
    return this.child.exited;
  }
}
