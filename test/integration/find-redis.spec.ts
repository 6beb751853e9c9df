import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRedis, redact, type FindOptions } from '../../scripts/find-redis.mjs';
import { startServer } from '../../scripts/redis-process.mjs';
import { freePort } from '../support/free-port.js';
import { redisProgram, redisUrl } from '../support/redis.js';

const binary = redisProgram();

let path: string;
let cleanups: (() => unknown)[];

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'nm-path-'));
  cleanups = [() => rmSync(path, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** A program on the fake PATH. */
function program(name: string, script: string): void {
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(path, name), 0o755);
}

/** The real server under the fake PATH, leaving a trace when it is used. */
const realServer = () => program('redis-server', `echo used >> '${path}/server-used'\nexec '${binary}' "$@"`);

async function find(options: FindOptions = {}) {
  const found = await findRedis({
    env: { PATH: path },
    port: await freePort(),
    root: false,
    debian: true,
    policyFile: join(path, 'policy-rc.d'),
    ...options,
  });
  cleanups.push(() => found.stop());
  return found;
}

const failure = (options: FindOptions = {}): Promise<string> =>
  find(options).then(
    (found) => `found ${found.how}`,
    (error: Error) => error.message,
  );

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function pingOf(url: string): Promise<string> {
  const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    return await client.ping();
  } catch {
    return 'gone';
  } finally {
    client.disconnect();
  }
}

describe('REDIS_URL', () => {
  it('is left as it was found: running, configured and filled as before', async () => {
    const port = await freePort();
    const server = await startServer(binary, { port });
    cleanups.push(() => server.stop());
    const url = `redis://127.0.0.1:${port}`;
    const client = new Redis(url);
    cleanups.push(() => client.disconnect());
    await client.set('kept', '1');
    const configuration = await client.config('GET', '*');
    const found = await find({ env: { PATH: path, REDIS_URL: url } });
    await found.stop();
    expect(await client.get('kept')).toBe('1');
    expect(await client.config('GET', '*')).toEqual(configuration);
  });

  it('comes first and is not stopped', async () => {
    const found = await find({ env: { PATH: path, REDIS_URL: redisUrl() } });
    expect(found.url).toBe(redisUrl());
    await found.stop();
    expect(await pingOf(redisUrl())).toBe('PONG');
  });

  it('that answers nothing is an error, not a reason to use another server', async () => {
    realServer();
    const message = await failure({ env: { PATH: path, REDIS_URL: 'redis://joe:secret@127.0.0.1:1' } });
    expect(message).toContain('REDIS_URL: redis://***@127.0.0.1:1 does not answer PING');
    expect(message).not.toContain('secret');
    expect(existsSync(join(path, 'server-used'))).toBe(false);
  });

  it('is shown without its password', () => {
    expect(redact('rediss://a:b@host:1/2')).toBe('rediss://***@host:1/2');
  });
});

describe('the well-known port', () => {
  it('is used if it answers PING, and not stopped', async () => {
    const server = await startServer(binary);
    cleanups.push(() => server.stop());
    const found = await find({ port: server.port });
    expect(found.url).toBe(server.url);
    await found.stop();
    expect(await pingOf(server.url)).toBe('PONG');
  });

  it('is passed by when an HTTP server holds it', async () => {
    realServer();
    const port = await listen(createHttpServer((_, response) => response.end('hello')));
    expect((await find({ port })).how).toContain('redis-server, started on port');
  });

  it('is passed by when whoever holds it says nothing', async () => {
    realServer();
    const sockets: { destroy(): void }[] = [];
    const port = await listen(createServer((socket) => sockets.push(socket)));
    cleanups.push(() => sockets.forEach((socket) => socket.destroy()));
    expect((await find({ port })).how).toContain('redis-server, started on port');
  });

  it('is passed by when whoever holds it hangs up', async () => {
    realServer();
    const port = await listen(createServer((socket) => socket.destroy()));
    expect((await find({ port })).how).toContain('redis-server, started on port');
  });

  it('is passed by when its Redis wants a password', async () => {
    realServer();
    const locked = await startServer(binary, { args: ['--requirepass', 'x'] });
    cleanups.push(() => locked.stop());
    expect((await find({ port: locked.port })).how).toContain('redis-server, started on port');
  });
});

describe('the installed binary', () => {
  it('runs on a port of its own without persistence and ends with stop()', async () => {
    realServer();
    const found = await find();
    const client = new Redis(found.url);
    expect(await client.config('GET', 'save')).toEqual(['save', '']);
    client.disconnect();
    await found.stop();
    expect(await pingOf(found.url)).toBe('gone');
  });

  it('that cannot start is passed by', async () => {
    program('redis-server', 'echo "cannot open the pod bay doors" >&2\nexit 3');
    expect(await failure()).toMatch(
      /redis-server: .*did not start \(exit 3: cannot open the pod bay doors\)/,
    );
  });
});

describe('docker', () => {
  it('with a client and no engine is passed by', async () => {
    program('docker', 'echo "Cannot connect to the Docker daemon" >&2\nexit 1');
    expect(await failure()).toContain('docker: no working engine (Cannot connect to the Docker daemon)');
  });

  it('whose client answers without naming an engine is passed by', async () => {
    program('docker', 'echo ""');
    expect(await failure()).toContain('docker: no working engine');
  });

  it('with an engine runs a container and removes it at the end', async () => {
    // The stand-in for an engine runs the real server on the published port.
    program(
      'docker',
      `case "$1" in
  info) echo 28.0.0 ;;
  run)
    for a in "$@"; do case "$a" in 127.0.0.1:*) port=\${a#127.0.0.1:}; port=\${port%%:*} ;; esac; done
    '${binary}' --port "$port" --bind 127.0.0.1 --save '' --dir '${path}' > /dev/null 2>&1 &
    echo $! > '${path}/pid'; echo container-1 ;;
  rm) echo "$@" > '${path}/removed'; kill "$(/bin/cat '${path}/pid')" ;;
esac`,
    );
    const found = await find();
    expect(found.how).toContain('container');
    expect(await pingOf(found.url)).toBe('PONG');
    await found.stop();
    expect(readFileSync(join(path, 'removed'), 'utf8')).toBe('rm --force container-1\n');
  });
});

describe('apt', () => {
  /** Installs the real server under the fake PATH, and writes down what it was asked and whether services may start. */
  const apt = () =>
    program(
      'apt-get',
      `echo "$1 $RUNLEVEL $DEBIAN_FRONTEND $([ -x '${path}/policy-rc.d' ] && echo no-services)" >> '${path}/asked'
[ "$1" = install ] && { printf '#!/bin/sh\\nexec ${binary} "$@"\\n' > '${path}/redis-server'; /bin/chmod +x '${path}/redis-server'; }
exit 0`,
    );

  it('updates, installs without starting a service, and uses the binary', async () => {
    apt();
    const found = await find({ root: true });
    expect(await pingOf(found.url)).toBe('PONG');
    expect(readFileSync(join(path, 'asked'), 'utf8')).toBe(
      'update 1 noninteractive \ninstall 1 noninteractive no-services\n',
    );
    expect(existsSync(join(path, 'policy-rc.d'))).toBe(false);
  });

  it("leaves a policy of the machine's owner alone", async () => {
    apt();
    writeFileSync(join(path, 'policy-rc.d'), '#!/bin/sh\nexit 0\n');
    await failure({ root: true });
    expect(readFileSync(join(path, 'policy-rc.d'), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it('is not touched by an ordinary user, or elsewhere than on Debian', async () => {
    apt();
    expect(await failure()).toContain('apt: needs root');
    expect(await failure({ root: true, debian: false })).toContain('apt: not a Debian system');
    expect(existsSync(join(path, 'asked'))).toBe(false);
  });

  it('that cannot update is passed by', async () => {
    program('apt-get', 'echo "E: no network" >&2\nexit 100');
    expect(await failure({ root: true })).toContain('apt: apt-get update failed (E: no network)');
  });
});

describe('nothing at all', () => {
  it('names every step and the remedies', async () => {
    const message = await failure({ debian: false });
    for (const part of [
      'REDIS_URL: not set',
      'ECONNREFUSED',
      'redis-server: not installed',
      'docker: not installed',
      'docker compose up -d redis',
      'apt-get install redis-server',
    ]) {
      expect(message).toContain(part);
    }
  });
});
