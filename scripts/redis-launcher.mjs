/**
 * Some tests stop, kill and configure a Redis: never the one that was found, but servers of their own. This finds the program to
 * start them with: the installed `redis-server`, Docker with a working engine behind a program of the same manners, or apt.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerProblem, IMAGE, installWithApt, RedisNotFoundError, withDefaults } from './find-redis.mjs';
import { which } from './processes.mjs';

/**
 * @typedef {object} Launcher
 * @property {string} program takes the arguments of redis-server
 * @property {string | null} docker where containers must be signalled by name, given to `program` as $REDIS_CONTAINER
 * @property {string} how for people
 * @property {() => void} dispose
 */

/**
 * @param {import('./find-redis.mjs').FindOptions} [options]
 * @returns {Promise<Launcher>}
 * @throws RedisNotFoundError
 */
export async function findLauncher(options = {}) {
  const o = withDefaults(options);
  const tried = [];
  for (const [step, attempt] of STEPS) {
    const result = await attempt(o);
    if (typeof result !== 'string') return result;
    tried.push({ step, why: result });
  }
  throw new RedisNotFoundError(
    tried,
    'There is a Redis, but no way to start servers of our own, which some tests stop and configure.',
  );
}

const STEPS = /** @type {const} */ ([
  ['redis-server', binary],
  ['docker', container],
  ['apt', installed],
]);

async function binary({ env }) {
  const program = which('redis-server', env) ?? which('valkey-server', env);
  return program ? { program, docker: null, how: program, dispose: () => {} } : 'not installed';
}

async function container({ env }) {
  const problem = await dockerProblem(env);
  if (problem !== null) return problem;
  if (process.platform !== 'linux') return 'containers share the network of the host on Linux only';
  const docker = which('docker', env);
  const folder = mkdtempSync(join(tmpdir(), 'redis-launcher-'));
  const program = join(folder, 'redis-server');
  // The same paths inside as outside, and our own user: certificates and ACL files stay readable.
  const run = `exec '${docker}' run --rm --interactive --network host --name "\${REDIS_CONTAINER:-redis-test-$$}"`;
  const rest = `--user "$(id -u):$(id -g)" --volume '${tmpdir()}:${tmpdir()}' ${IMAGE} redis-server "$@"`;
  writeFileSync(program, `#!/bin/sh\n${run} ${rest}\n`);
  chmodSync(program, 0o755);
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  return { program, docker, how: `${IMAGE} containers`, dispose };
}

async function installed(o) {
  return (await installWithApt(o)) ?? binary(o);
}
