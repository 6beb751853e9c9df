/** A Redis server as a process: asking whether one answers, and starting one for ourselves. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A loopback port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Asks PING in plain TCP. Anything but `+PONG` within the limit is a stranger: an HTTP server, a silent socket, a
 * Redis that wants a password.
 * @returns {Promise<string | null>} why not, or null
 */
export function ping(host, port, timeout) {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    let answer = '';
    const end = (problem) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(
      () => end(socket.connecting ? 'no connection in time' : 'no answer in time'),
      timeout,
    );
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (answer.length < 256 && !answer.includes('\r\n')) return;
      const [line = ''] = answer.split('\r\n');
      end(line === '+PONG' ? null : `not a Redis for us: it answers "${line.slice(0, 60)}"`);
    });
    socket.once('error', (error) => end(error.code ?? error.message));
    socket.once('close', () => end('it hung up'));
  });
}

/** The same through ioredis, for URLs with TLS or a password. */
export async function pingUrl(url, timeout) {
  const { Redis } = await import('ioredis');
  let client;
  let last;
  let timer;
  try {
    client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: timeout,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: () => null,
    });
    client.on('error', (error) => (last = error));
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
    });
    await Promise.race([client.connect().then(() => client.ping()), late]);
    return null;
  } catch (error) {
    return (last ?? error).message;
  } finally {
    clearTimeout(timer);
    client?.disconnect();
  }
}

/** Waits until a Redis of ours answers PING, be it by asking for its password; why it did not, or null. */
export async function waitForPong(port, timeout, stillThere = () => true) {
  const end = Date.now() + timeout;
  let problem = 'never asked';
  while (Date.now() < end && stillThere()) {
    problem = await ping('127.0.0.1', port, 1000);
    if (problem === null || problem.includes('"-NOAUTH')) return null;
    await sleep(30);
  }
  return problem;
}

/**
 * Starts a server on a loopback port of its own, in a temporary folder, without persistence. It ends with `stop()`,
 * and with this process in any case.
 * @param {string} binary
 * @param {{ port?: number, args?: string[] }} [options]
 */
export async function startServer(binary, { port, args = [] } = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(port ?? (await freePort()), binary, args);
    } catch (error) {
      // Somebody may have taken the port between asking and starting.
      if (port !== undefined || attempt === 3 || !/in use/i.test(error.message)) throw error;
    }
  }
}

async function startOn(port, binary, args) {
  const dir = mkdtempSync(join(tmpdir(), 'nm-redis-'));
  const fixed = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const child = spawn(binary, [...fixed, '--daemonize', 'no', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text) => (output = (output + text).slice(-4000));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const said = new Promise((resolve) => child.once('close', resolve));
  let over = false;
  const exited = new Promise((resolve) => {
    const end = (why) => {
      over = true;
      resolve(why);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(`exit ${code ?? signal}`));
  });
  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  const stop = async () => {
    if (!over) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(timer);
    }
    process.removeListener('exit', atExit);
    rmSync(dir, { recursive: true, force: true });
  };
  const problem = await waitForPong(port, 30_000, () => !over);
  if (problem === null && !over) return { port, url: `redis://127.0.0.1:${port}`, pid: child.pid, stop };
  const why = over ? await exited : problem;
  await stop();
  // Its last words may still be in the pipe; a process that it started may keep that open.
  await Promise.race([said, sleep(1000)]);
  const last = output.trim().split('\n').at(-1) ?? '';
  throw new Error(`${binary} did not start (${why}${last ? `: ${last}` : ''})`);
}
