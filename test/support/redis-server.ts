import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { inject } from 'vitest';
import { freePort } from './free-port.js';
import { redisProgram } from './redis.js';
import { makeCertificate, type Certificate } from './tls-certificate.js';
import { waitUntil } from './wait-until.js';

export interface RedisServerOptions {
  /** Default: a free one. */
  port?: number;
  /** Speak TLS only, with a self-signed certificate. */
  tls?: boolean;
  /** Lines of an ACL file, such as `user bob on >secret ~* &* +@all -eval`. */
  acl?: string[];
  /** More arguments for redis-server. */
  args?: string[];
}

/** A redis-server of a test's own on 127.0.0.1. Stop what you start. */
export class RedisServer {
  private child: ChildProcess | null = null;
  private client: Redis | null = null;
  private container = '';

  private constructor(
    readonly port: number,
    readonly dir: string,
    readonly certificate: Certificate | null,
    private readonly args: string[],
  ) {}

  /** Ready, but not started. */
  static async prepare(options: RedisServerOptions = {}): Promise<RedisServer> {
    const dir = await mkdtemp(join(tmpdir(), 'redis-test-'));
    const port = options.port ?? (await freePort());
    const certificate = options.tls ? await makeCertificate(dir) : null;
    const args = [
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--save',
      '',
      '--appendonly',
      'no',
      ...(options.args ?? []),
    ];
    if (certificate) {
      args.push('--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no');
      args.push('--tls-cert-file', certificate.cert, '--tls-key-file', certificate.key);
    } else {
      args.push('--port', String(port));
    }
    if (options.acl) {
      await writeFile(
        join(dir, 'users.acl'),
        `${['user default on nopass ~* &* +@all', ...options.acl].join('\n')}\n`,
      );
      args.push('--aclfile', join(dir, 'users.acl'));
    }
    return new RedisServer(port, dir, certificate, args);
  }

  static async start(options?: RedisServerOptions): Promise<RedisServer> {
    const server = await RedisServer.prepare(options);
    await server.start();
    return server;
  }

  get url(): string {
    return `${this.certificate ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`;
  }

  get running(): boolean {
    return this.child !== null;
  }

  get pid(): number {
    return this.child!.pid!;
  }

  /** The value of an argument, such as `--cluster-port`. */
  argument(name: string): string {
    return this.args[this.args.indexOf(name) + 1];
  }

  start(): Promise<void> {
    return this.spawn(this.args);
  }

  /** @param file configuration of a Sentinel, which it rewrites */
  startAsSentinel(file: string): Promise<void> {
    return this.spawn([file, '--sentinel']);
  }

  private async spawn(args: string[]): Promise<void> {
    let output = '';
    const env = { ...process.env, REDIS_CONTAINER: (this.container = `redis-test-${randomUUID()}`) };
    const child = spawn(redisProgram(), args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.child = child;
    const killIt = () => this.send(child, 'SIGKILL');
    process.once('exit', killIt); // should the test file end without stopping it
    child.once('exit', () => process.off('exit', killIt));
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', (error) => (output += `cannot be started: ${error.message}`));
    await waitUntil(`redis-server on port ${this.port}`, () => {
      if (child.exitCode !== null || child.pid === undefined)
        throw new Error(`redis-server failed: ${output}`);
      return /ready to accept connections|Sentinel ID is/i.test(output);
    });
  }

  /** A plain client to look at and to command the server; closed by `stop`. */
  admin(options: RedisOptions = {}): Redis {
    if (!this.client) {
      this.client = new Redis({ host: '127.0.0.1', port: this.port, connectionName: 'admin', ...options });
      this.client.on('error', () => undefined);
    }
    return this.client;
  }

  /** How many clients there are besides `admin` and replicas. */
  async clients(): Promise<number> {
    const lines = ((await this.admin().client('LIST')) as string).trim().split('\n');
    return lines.filter((line) => !line.includes('name=admin') && !/ flags=[SM]/.test(line)).length;
  }

  /** Until there are so many clients: Redis learns a moment later of one that has hung up. */
  async untilClients(count: number): Promise<void> {
    await waitUntil(`${count} clients of the Redis on port ${this.port}`, async () => {
      return (await this.clients()) === count;
    });
  }

  /** As when the machine dies. `start` begins anew on the same port. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = null;
    this.client?.disconnect();
    this.client = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    this.send(child, signal);
    await exited;
  }

  /** Halts the process without closing its sockets, and lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.send(this.child!, signal);
  }

  private send(child: ChildProcess, signal: NodeJS.Signals): void {
    const docker = inject('redisDocker');
    if (docker === '') child.kill(signal);
    else execFileSync(docker, ['kill', '--signal', signal, this.container], { stdio: 'ignore' });
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.dir, { recursive: true, force: true });
  }
}

export const startRedis = (options?: RedisServerOptions): Promise<RedisServer> => RedisServer.start(options);
