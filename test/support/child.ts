import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from 'vitest';

/** What a child reported about an error of its own. */
export interface RemoteError {
  name: string;
  message: string;
  class?: string;
  instanceOf?: string[];
  code?: number | string;
  type?: string;
  data?: any;
  retryable?: boolean;
  nodeID?: string;
  stack?: string;
}

/** A command failed in the child; `remote` is the error as the child described it. */
export class ChildCommandError extends Error {
  override name = 'ChildCommandError';
  constructor(
    what: string,
    readonly remote: RemoteError,
  ) {
    super(`${what}: ${remote.name}: ${remote.message}`);
  }
}

interface Waiting {
  resolve(value: any): void;
  reject(error: Error): void;
}

const alive = new Set<Child>();

/** A process that speaks JSON lines (json-lines.mjs). It never outlives its test file. */
export class Child {
  /** What it said when it was ready. */
  ready!: Record<string, any>;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  private stderrText = '';
  private whenReady!: Waiting;
  /** Settles when the process has ended: its exit code, or the signal. */
  readonly exited: Promise<number | NodeJS.Signals>;

  private constructor(
    readonly label: string,
    private readonly process: ChildProcess,
  ) {
    alive.add(this);
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderrText = (this.stderrText + text).slice(-20_000);
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => this.heard(line));
    this.process.stdin!.on('error', () => {}); // it ended while we were writing: `exited` tells
    this.exited = new Promise((resolve) => {
      this.process.once('error', (error) => this.gone(`cannot start: ${error.message}`));
      this.process.once('exit', (code, signal) => {
        this.gone(`ended (${code ?? signal})`);
        resolve(code ?? signal!);
      });
    });
  }

  /** Starts a program of this folder and waits until it says that it is ready. */
  static async start(program: string, label: string, args: string[]): Promise<Child> {
    const file = fileURLToPath(new URL(program, import.meta.url));
    const child = new Child(
      label,
      spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] }),
    );
    child.ready = await new Promise((resolve, reject) => (child.whenReady = { resolve, reject }));
    return child;
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** A command and its answer. */
  cmd<T = any>(name: string, params: object = {}): Promise<T> {
    if (!alive.has(this)) return Promise.reject(new Error(`${this.label} has ended`));
    const id = ++this.nextId;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.process.stdin!.write(`${JSON.stringify({ id, cmd: name, params })}\n`);
    });
  }

  stderr(): string {
    return this.stderrText;
  }

  /** Asks it to leave, and waits until it has; kills it if it has not within a minute. */
  async stop(): Promise<number | NodeJS.Signals> {
    if (alive.has(this)) this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 60_000);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }

  /** Sends a signal; `SIGSTOP` freezes it and `SIGCONT` lets it go on. After SIGKILL it waits for the end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.process.kill(signal);
    if (signal === 'SIGKILL') await this.exited;
  }

  private heard(line: string): void {
    let said: Record<string, any>;
    try {
      said = JSON.parse(line);
    } catch {
      this.stderrText += `[stdout] ${line}\n`;
      return;
    }
    if (said.ready) return this.whenReady.resolve(said);
    const waiting = this.waiting.get(said.id);
    if (!waiting) return;
    this.waiting.delete(said.id);
    if (said.ok) waiting.resolve(said.result);
    else waiting.reject(new ChildCommandError(this.label, said.error));
  }

  private gone(why: string): void {
    alive.delete(this);
    const error = new Error(`${this.label} ${why}\n${this.stderrText.slice(-2000)}`);
    this.whenReady?.reject(error);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

function killAll(): void {
  for (const child of alive) void child.kill('SIGKILL');
}

process.once('exit', killAll);

afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const child of alive) {
    if (child.stderr()) console.error(`--- stderr of ${child.label} (pid ${child.pid})\n${child.stderr()}`);
  }
});

afterAll(async () => {
  const all = [...alive];
  killAll();
  await Promise.all(all.map((child) => child.exited));
});
