import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findLauncher } from '../../scripts/redis-launcher.mjs';
import { startServer } from '../../scripts/redis-process.mjs';
import { redisProgram } from '../support/redis.js';

let path: string;

beforeEach(() => void (path = mkdtempSync(join(tmpdir(), 'nm-launcher-'))));
afterEach(() => rmSync(path, { recursive: true, force: true }));

function program(name: string, script: string): string {
  const file = join(path, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const find = (options = {}) =>
  findLauncher({
    env: { PATH: path },
    root: false,
    debian: true,
    policyFile: join(path, 'policy'),
    ...options,
  });

/** Docker as far as we use it: notes what it was told and runs the real server in place of the image's. */
const DOCKER = () => `echo "$@" >> '${path}/docker-used'
[ "$1" = info ] && { echo 27.0; exit 0; }
while [ "$1" != redis-server ]; do shift; done
shift
exec '${redisProgram()}' "$@"`;

it('takes the installed binary before all', async () => {
  const binary = program('redis-server', 'exit 0');
  program('docker', DOCKER());
  expect(await find()).toMatchObject({ program: binary, docker: null });
});

it('with an engine starts servers in containers that keep files and ports as they are outside', async () => {
  const docker = program('docker', DOCKER());
  const launcher = await find();
  expect(launcher.docker).toBe(docker);
  const server = await startServer(launcher.program);
  try {
    const used = readFileSync(join(path, 'docker-used'), 'utf8');
    expect(used).toMatch(
      /run --rm --interactive --network host --name redis-test-\S+ --user \d+:\d+ --volume/,
    );
  } finally {
    await server.stop();
    launcher.dispose();
  }
});

it('a docker client without an engine is no help, and what would be is said', async () => {
  program('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
  const failure = find();
  await expect(failure).rejects.toThrow('There is a Redis, but no way to start servers of our own');
  await expect(failure).rejects.toThrow('no working engine (Cannot connect to the Docker daemon)');
  await expect(failure).rejects.toThrow('apt-get install redis-server');
});
