/** Folders of fresh applications, with what a user would install. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes.mjs';

export const writeJson = (file, value) => writeFileSync(file, JSON.stringify(value, null, 2));

/** @throws with all that a program said, if it failed */
export async function must(what, promise) {
  const result = await promise;
  if (result.code !== 0) throw new Error(`${what} failed (${result.code})\n${result.stdout}${result.stderr}`);
  return result;
}

/** Makes the folder and installs; `manifest` is its package.json. */
export async function install(dir, manifest) {
  mkdirSync(dir, { recursive: true });
  writeJson(join(dir, 'package.json'), { private: true, ...manifest });
  const args = ['install', '--no-audit', '--no-fund'];
  await must(`npm install in ${dir}`, run('npm', args, { cwd: dir, timeout: 300_000 }));
}

export const versionOf = (dir, name) =>
  JSON.parse(readFileSync(join(dir, 'node_modules', name, 'package.json'), 'utf8')).version;

/**
 * Programs of the wanted major versions: the Node in use, and the others from the registry, whose package `node` brings the
 * binary.
 *
 * @returns {Promise<{ version: string, file: string }[]>} in the order asked for
 */
export async function findNodes(dir, majors) {
  const own = process.versions.node;
  const others = majors.filter((major) => major !== own.split('.')[0]);
  const dependencies = Object.fromEntries(others.map((major) => [`node${major}`, `npm:node@${major}`]));
  if (others.length > 0) await install(dir, { dependencies });
  return Promise.all(
    majors.map(async (major) => {
      if (!others.includes(major)) return { version: own, file: process.execPath };
      const file = join(dir, 'node_modules', `node${major}`, 'bin/node');
      const { stdout } = await must(`Node ${major}`, run(file, ['--version']));
      return { version: stdout.trim().slice(1), file };
    }),
  );
}

/** Runs tasks, so many at a time; their results in the order of the tasks. */
export async function pool(limit, tasks) {
  const results = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < tasks.length; at = next++) results[at] = await tasks[at]();
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
