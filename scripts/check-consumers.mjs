/**
 * Packs the library, installs it into fresh applications as a user would, and lets each serve and call an action over the memory
 * transporter and over Redis: Nest 11 and 12, ES modules and CommonJS, JavaScript and TypeScript, Node 20, 22 and 24. There too:
 * the programs of the contract, a project of the Nest CLI, tests under Jest and Vitest. Needs the package registry.
 *
 *   node scripts/check-consumers.mjs [--nodes 20,22,24] [--keep]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkContract, checkNode16, combinationOf, prepareForms } from './consumers/forms.mjs';
import { findNodes, install, pool, versionOf } from './consumers/fresh-app.mjs';
import { Matrix } from './consumers/matrix.mjs';
import { checkNestProject } from './consumers/nest-project.mjs';
import { checkJest, checkSampleUnderJest } from './consumers/test-runners.mjs';
import { findRedis } from './find-redis.mjs';
import { pack } from './pack.mjs';
import { run } from './processes.mjs';

const { values: options } = parseArgs({
  options: { nodes: { type: 'string', default: '20,22,24' }, keep: { type: 'boolean', default: false } },
});
const MAJORS = options.nodes.split(',');
const AT_ONCE = 2;

const nestPackages = (version, ...names) =>
  Object.fromEntries(names.map((name) => [`@nestjs/${name}`, `^${version}.0.0`]));
const COMMON = {
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.8.0',
  zod: '^4.0.0',
  valibot: '^1.0.0',
  arktype: '^2.1.0',
};
const APPS = {
  11: {
    dependencies: {
      ...nestPackages(11, 'common', 'core', 'microservices', 'terminus'),
      '@nestjs/config': '^4.0.0',
      ...COMMON,
    },
    devDependencies: {
      ...nestPackages(11, 'testing'),
      '@types/jest': '^30.0.0',
      '@types/node': '^20',
      jest: '^30.0.0',
      'ts-jest': '^29.4.0',
      typescript: '~5.9.0',
    },
  },
  12: {
    dependencies: {
      ...nestPackages(12, 'common', 'core', 'microservices', 'config', 'platform-express', 'terminus'),
      ...COMMON,
    },
    devDependencies: {
      ...nestPackages(12, 'cli', 'testing'),
      '@types/node': '^20',
      typescript: '~6.0.0',
      typescript7: 'npm:typescript@~7.0.0',
      'vite-tsconfig-paths': '^5.1.0',
      vitest: '^4.1.0',
    },
  },
};

async function runForms(nest, forms, nodes, transporters, matrix) {
  const env = { ...process.env, TRANSPORTERS: transporters.join(' ') };
  const pairs = nodes.flatMap((node) => forms.map((form) => ({ node, form })));
  const tasks = pairs.map(
    ({ node: { file, version: node }, form: { how, language, modules, file: program } }) =>
      async () => {
        const result = await run(file, [program], { env, timeout: 90_000 });
        const said = result.stdout.trim().replaceAll('\n', '; ');
        matrix.add(
          { nest, how, node, combination: combinationOf(nest, language, modules, node) },
          result,
          said,
        );
      },
  );
  await pool(AT_ONCE, tasks);
}

const matrix = new Matrix();
const root = mkdtempSync(join(tmpdir(), 'nm-consumers-'));
const redis = await findRedis({ log: (line) => console.log(line) });
console.log(`Redis: ${redis.how}`);
try {
  const tarball = await pack(root);
  const dirs = Object.fromEntries(Object.keys(APPS).map((nest) => [nest, join(root, `nest${nest}`)]));
  const [nodes] = await pool(AT_ONCE, [
    () => findNodes(join(root, 'nodes'), MAJORS),
    ...Object.entries(APPS).map(
      ([nest, { dependencies, devDependencies }]) =>
        () =>
          install(dirs[nest], {
            dependencies: { ...dependencies, 'nestjs-moleculer': `file:${tarball}` },
            devDependencies,
          }),
    ),
  ]);
  for (const dir of Object.values(dirs)) {
    const nest = versionOf(dir, '@nestjs/core');
    const forms = await prepareForms(dir, nest, matrix);
    await runForms(nest, forms, nodes, ['memory', redis.url], matrix);
    await checkContract(dir, nest, 'typescript', matrix);
  }
  const [eleven, twelve] = ['11', '12'].map((nest) => ({
    dir: dirs[nest],
    nest: versionOf(dirs[nest], '@nestjs/core'),
  }));
  await checkNode16(eleven.dir, eleven.nest, matrix);
  await checkContract(twelve.dir, twelve.nest, 'typescript7', matrix);
  await checkJest(eleven.dir, eleven.nest, nodes, matrix);
  await checkSampleUnderJest(eleven.dir, eleven.nest, nodes, matrix);
  await checkNestProject(twelve.dir, twelve.nest, nodes, redis.url, matrix);
} finally {
  await redis.stop();
  if (options.keep) console.log(`kept: ${root}`);
  else rmSync(root, { recursive: true, force: true });
}
const wanted = ['11', '12'].flatMap((nest) =>
  ['JavaScript', 'TypeScript'].flatMap((language) =>
    ['ESM', 'CommonJS'].flatMap((modules) =>
      MAJORS.map((node) => combinationOf(nest, language, modules, node)),
    ),
  ),
);
if (!matrix.summary(wanted)) process.exitCode = 1;
