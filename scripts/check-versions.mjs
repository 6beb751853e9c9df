/**
 * The project with what else it is meant for. With Nest 11, in a copy with its packages: build, types of tests and samples, unit
 * tests, and what meets Nest most of the rest. On the other supported versions of Node: the unit tests. Needs the package registry.
 *
 *   node scripts/check-versions.mjs [--nodes 20,22,24] [--keep]
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findNodes, install, versionOf } from './consumers/fresh-app.mjs';
import { run } from './processes.mjs';

const { values: options } = parseArgs({
  options: { nodes: { type: 'string', default: '20,22,24' }, keep: { type: 'boolean', default: false } },
});
/** Nest's packages that the tests use, as of Nest 11. */
const NEST_11 = {
  '@nestjs/common': '^11.0.0',
  '@nestjs/config': '^4.0.0',
  '@nestjs/core': '^11.0.0',
  '@nestjs/microservices': '^11.0.0',
  '@nestjs/platform-express': '^11.0.0',
  '@nestjs/terminus': '^11.0.0',
  '@nestjs/testing': '^11.0.0',
};
/** What is made here, and what is no part of the project. */
const LEFT_BEHIND = /^(node_modules|dist.*|coverage|docs-api|\.git|\.build)$/;

/** Life cycle, HTTP, what is made for each call, `@nestjs/microservices`: there the versions of Nest differ. */
const MEETING_NEST = [
  'test/e2e/bridge-comparison.spec.ts',
  'test/e2e/gateway-shutdown.spec.ts',
  'test/e2e/nest-microservices.spec.ts',
  'test/integration/exception-filter.spec.ts',
  'test/integration/hybrid-app.spec.ts',
  'test/integration/health.spec.ts',
  'test/integration/module-exit.spec.ts',
  'test/integration/scoped-memory.spec.ts',
];

const failures = [];

async function step(what, dir, file, args) {
  const began = Date.now();
  const { code, stdout, stderr } = await run(file, args, { cwd: dir, timeout: 600_000 });
  const counts = stdout.split('\n').filter((line) => /Test Files|Tests |tried again| > /.test(line));
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log([`${code === 0 ? 'passed' : 'FAILED'}  ${what}  (${seconds} s)`, ...counts].join('\n'));
  if (code === 0) return;
  console.log(`${stdout}${stderr}`.trimEnd());
  failures.push(what);
}

/** As `.ci/run` does: what fails is tried once more, and named. */
const OPTIONS = ['--retry=1', '--reporter=dot', '--reporter=./test/support/second-tries.reporter.ts'];

const tests = (what, dir, node, ...args) =>
  step(what, dir, node, [join(dir, 'node_modules/vitest/vitest.mjs'), 'run', ...OPTIONS, ...args]);

/** The project beside Nest 11, every other package as in the lock file. */
async function copyWithNest11(dir) {
  mkdirSync(dir);
  cpSync('.', dir, {
    recursive: true,
    filter: (source) => source === '.' || !LEFT_BEHIND.test(source.replace(/^\.\//, '')),
  });
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  await install(dir, { ...manifest, devDependencies: { ...manifest.devDependencies, ...NEST_11 } });
  return versionOf(dir, '@nestjs/core');
}

const root = mkdtempSync(join(tmpdir(), 'nm-versions-'));
try {
  const nodes = await findNodes(join(root, 'nodes'), options.nodes.split(','));
  const copy = join(root, 'nest11');
  const nest11 = `Nest ${await copyWithNest11(copy)}, Node ${process.versions.node}`;
  await step(`${nest11}: build`, copy, 'npm', ['run', 'build']);
  await step(`${nest11}: types`, copy, 'npm', ['run', 'typecheck']);
  await tests(`${nest11}: unit tests`, copy, process.execPath, '--project', 'unit');
  await tests(
    `${nest11}: life cycle, HTTP, bridge`,
    copy,
    process.execPath,
    '--project',
    'system',
    ...MEETING_NEST,
  );
  const nest = versionOf('.', '@nestjs/core');
  for (const { version, file } of nodes.filter(({ version }) => version !== process.versions.node)) {
    await tests(`Nest ${nest}, Node ${version}: unit tests`, resolve('.'), file, '--project', 'unit');
  }
} finally {
  if (options.keep) console.log(`kept: ${root}`);
  else rmSync(root, { recursive: true, force: true });
}
console.log(failures.length === 0 ? '\nAll passed.' : `\nFailed: ${failures.join('; ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;
