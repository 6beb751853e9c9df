/**
 * Runs unit tests against Nest 11, which is not among the packages of this repository: installs it beside them (once; needs the
 * package registry) and lets the tests find it in the place of the other.
 *
 *   node scripts/nest-11/run.mjs [vitest's arguments; default: test/unit/explorer]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NEST_11, NEST_PACKAGES } from './packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = fileURLToPath(NEST_11);
const manifest = JSON.stringify({
  name: 'nest-11',
  private: true,
  dependencies: Object.fromEntries(NEST_PACKAGES.map((name) => [`@nestjs/${name}`, '^11.0.0'])),
});

function must(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const installed = () =>
  existsSync(join(dir, 'installed')) && readFileSync(join(dir, 'installed'), 'utf8') === manifest;

if (!installed()) {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), manifest);
  // Without peers: rxjs, reflect-metadata and the rest are those of the repository, of which there must be but one.
  must('npm', ['install', '--legacy-peer-deps', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: dir,
  });
  writeFileSync(join(dir, 'installed'), manifest);
}
const { version } = JSON.parse(readFileSync(join(dir, 'node_modules/@nestjs/core/package.json'), 'utf8'));
console.log(`Nest ${version}`);
const given = process.argv.slice(2);
must(process.execPath, [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--config',
  'scripts/nest-11/vitest.config.ts',
  '--project',
  'unit',
  ...(given.length > 0 ? given : ['test/unit/explorer']),
]);
