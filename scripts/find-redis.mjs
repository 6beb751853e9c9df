/**
 * Finds a Redis for the tests (and for a demo that wants one), in this order: REDIS_URL; 127.0.0.1:6379, if it answers
 * PING; the installed `redis-server` on a free loopback port; Docker with a working engine; apt on Debian as root.
 * A Redis that was found is never stopped, configured or flushed; one that was started here is stopped by `stop()`.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { run, which } from './processes.mjs';
import { freePort, ping, pingUrl, startServer, waitForPong } from './redis-process.mjs';

export const IMAGE = 'redis:7-alpine';

/** Nothing found: `message` says what was tried and what would help. */
export class RedisNotFoundError extends Error {
  name = 'RedisNotFoundError';
  /**
   * @param {{ step: string, why: string }[]} tried
   * @param {string} [what]
   */
  constructor(tried, what = 'No Redis to be had.') {
    const steps = tried.map(({ step, why }) => `  - ${step}: ${why}`).join('\n');
    super(`${what}\n${steps}\n${REMEDIES}`);
    this.tried = tried;
  }
}

const REMEDIES = `One of these helps:
  - REDIS_URL=redis://host:port npm test        (a server of yours; it is neither flushed nor configured)
  - start one on 127.0.0.1:6379                 (redis-server, or: docker compose up -d redis)
  - install the binary                          (apt-get install redis-server, brew install redis)
  - start the Docker engine                     (docker info must answer)`;

/**
 * @typedef {object} Found
 * @property {string} url
 * @property {string} how for people
 * @property {() => Promise<void>} stop does nothing to a server that was merely found
 *
 * @typedef {object} FindOptions
 * @property {NodeJS.ProcessEnv} [env] PATH and REDIS_URL are read from it
 * @property {number} [port] the well-known port to knock at; default 6379
 * @property {boolean} [root] whether apt may be used; default: are we root
 * @property {boolean} [debian] default: /etc/debian_version exists
 * @property {string} [policyFile] Debian's switch against starting services; default /usr/sbin/policy-rc.d
 * @property {(line: string) => void} [log]
 */

/**
 * @param {FindOptions} [options]
 * @returns {Promise<Found>}
 * @throws RedisNotFoundError
 */
export async function findRedis(options = {}) {
  const o = withDefaults(options);
  const tried = [];
  for (const [step, attempt] of STEPS) {
    const result = await attempt(o);
    if (typeof result !== 'string') return result;
    tried.push({ step, why: result });
    if (attempt === fromUrl && o.env.REDIS_URL) break; // who names a server does not mean another
  }
  throw new RedisNotFoundError(tried);
}

/** @param {FindOptions} options */
export const withDefaults = (options) => ({
  env: process.env,
  port: 6379,
  root: process.getuid?.() === 0,
  debian: existsSync('/etc/debian_version'),
  policyFile: '/usr/sbin/policy-rc.d',
  log: () => {},
  ...options,
});

/** Each gives a Redis, or says why not. */
const STEPS = /** @type {const} */ ([
  ['REDIS_URL', fromUrl],
  ['127.0.0.1:6379', fromWellKnownPort],
  ['redis-server', fromBinary],
  ['docker', fromDocker],
  ['apt', fromApt],
]);

const found = (url, how) => ({ url, how, stop: async () => {} });

async function fromUrl({ env }) {
  const url = env.REDIS_URL;
  if (!url) return 'not set';
  const problem = await pingUrl(url, 4000);
  return problem
    ? `${redact(url)} does not answer PING (${problem})`
    : found(url, `REDIS_URL ${redact(url)}`);
}

async function fromWellKnownPort({ port }) {
  const problem = await ping('127.0.0.1', port, 3000);
  return problem ?? found(`redis://127.0.0.1:${port}`, `the server on 127.0.0.1:${port}`);
}

async function fromBinary({ env }) {
  const binary = which('redis-server', env) ?? which('valkey-server', env);
  if (!binary) return 'not installed';
  try {
    const server = await startServer(binary);
    return { url: server.url, how: `${binary}, started on port ${server.port}`, stop: server.stop };
  } catch (error) {
    return error.message;
  }
}

/** Why Docker cannot be used, or null. A client alone is not enough. */
export async function dockerProblem(env) {
  const docker = which('docker', env);
  if (!docker) return 'not installed';
  const info = await run(docker, ['info', '--format', '{{.ServerVersion}}'], { env, timeout: 10_000 });
  return info.code !== 0 || info.stdout.trim() === '' ? `no working engine (${lastLine(info)})` : null;
}

async function fromDocker({ env, log }) {
  const docker = which('docker', env);
  const unusable = await dockerProblem(env);
  if (unusable !== null) return unusable;
  const port = await freePort();
  log(`starting ${IMAGE} with docker …`);
  const args = [
    'run',
    '--rm',
    '--detach',
    '--publish',
    `127.0.0.1:${port}:6379`,
    IMAGE,
    'redis-server',
    '--save',
    '',
    // The port is published on the loopback interface alone, and from there we are no local client to the server.
    '--protected-mode',
    'no',
  ];
  const started = await run(docker, args, { env, timeout: 240_000 });
  if (started.code !== 0) return `cannot run ${IMAGE} (${lastLine(started)})`;
  const id = started.stdout.trim();
  const stop = async () => {
    await run(docker, ['rm', '--force', id], { env, timeout: 30_000 });
  };
  const problem = await waitForPong(port, 30_000);
  if (problem) {
    await stop();
    return `the container does not answer (${problem})`;
  }
  return { url: `redis://127.0.0.1:${port}`, how: `a ${IMAGE} container on port ${port}`, stop };
}

async function fromApt(o) {
  const problem = await installWithApt(o);
  if (problem !== null) return problem;
  const result = await fromBinary(o);
  return result === 'not installed' ? 'apt-get installed it, but there is no redis-server on PATH' : result;
}

/** Installs the package, its service not started. Says why it could not, or gives null. */
export async function installWithApt(o) {
  const apt = which('apt-get', o.env);
  if (!apt || !o.debian) return 'not a Debian system';
  if (!o.root) return 'needs root';
  o.log('installing redis-server with apt-get …');
  const env = { ...o.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const updated = await run(apt, ['update'], { env, timeout: 180_000 });
  if (updated.code !== 0) return `apt-get update failed (${lastLine(updated)})`;
  const ours = forbidServices(o.policyFile);
  try {
    const args = ['install', '--yes', '--no-install-recommends', 'redis-server'];
    const installed = await run(apt, args, { env, timeout: 300_000 });
    if (installed.code !== 0) return `apt-get install failed (${lastLine(installed)})`;
  } finally {
    if (ours) rmSync(o.policyFile, { force: true });
  }
  return null;
}

/** Debian asks this file before it starts a service; 101 means no. Whether the file is ours to remove. */
function forbidServices(file) {
  if (existsSync(file)) return false;
  try {
    writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    return true;
  } catch {
    return false; // RUNLEVEL=1 says the same to most packages
  }
}

const lastLine = ({ stdout, stderr, code }) =>
  (stderr.trim() || stdout.trim()).split('\n').at(-1) || `exit code ${code}`;

/** Without user and password. */
export function redact(url) {
  return url.replace(/\/\/[^@/]*@/, '//***@');
}
