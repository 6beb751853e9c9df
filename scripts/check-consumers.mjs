/**
 * Packs the library, installs it into fresh applications as a user would (Nest 11 and 12; JavaScript and compiled
 * TypeScript; ESM and CommonJS), and lets each serve and call an action over the memory transporter, and over Redis if
 * REDIS_URL or 127.0.0.1:6379 answers. Needs the package registry.
 *
 *   node scripts/check-consumers.mjs [--nodes 22,24] [--keep]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMMONJS, ESM, TYPESCRIPT } from './consumers/programs.mjs';
import { pack } from './pack.mjs';
import { run } from './processes.mjs';
import { ping, pingUrl } from './redis-process.mjs';

const { values: options } = parseArgs({
  options: { nodes: { type: 'string', default: '22' }, keep: { type: 'boolean', default: false } },
});

const base = { target: 'ES2022', strict: true, experimentalDecorators: true, emitDecoratorMetadata: true };
const tsc = { ...base, skipLibCheck: false, types: ['node'], rootDir: '.', outDir: 'out' };
const nodenext = { ...tsc, module: 'nodenext', moduleResolution: 'nodenext' };

/** Compiled forms: `type` of the nearest package.json, and how the compiler finds modules. */
const compiled = {
  'ts-esm': { type: 'module', compilerOptions: nodenext },
  'ts-commonjs': { type: 'commonjs', compilerOptions: nodenext },
};
const CONSUMERS = [
  {
    nest: '11',
    typescript: '5.9',
    forms: {
      ...compiled,
      'ts-commonjs-node10': {
        type: 'commonjs',
        compilerOptions: { ...tsc, module: 'commonjs', moduleResolution: 'node10' },
      },
    },
  },
  {
    nest: '12',
    typescript: '6.0',
    forms: {
      ...compiled,
      'ts-commonjs-bundler': {
        type: 'commonjs',
        compilerOptions: { ...tsc, module: 'commonjs', moduleResolution: 'bundler' },
      },
    },
  },
];

const failures = [];

function report(what, { code, stdout, stderr }) {
  if (code === 0) return console.log(`  ok    ${what}`);
  failures.push(what);
  console.log(`  FAIL  ${what} (${code})\n${stdout}${stderr}`.trimEnd());
}

async function must(what, promise) {
  const result = await promise;
  if (result.code !== 0) throw new Error(`${what} failed (${result.code})\n${result.stdout}${result.stderr}`);
  return result;
}

const json = (file, value) => writeFileSync(file, JSON.stringify(value, null, 2));

/** A fresh application's folder with the package installed; its programs as [label, file]. */
async function createApp(root, tarball, { nest, typescript, forms }) {
  const dir = join(root, `nest${nest}`);
  mkdirSync(dir);
  json(join(dir, 'package.json'), {
    name: `consumer-nest${nest}`,
    private: true,
    dependencies: {
      '@nestjs/common': `^${nest}.0.0`,
      '@nestjs/core': `^${nest}.0.0`,
      'nestjs-moleculer': `file:${tarball}`,
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
    },
    devDependencies: { typescript: `~${typescript}.0`, '@types/node': '^20' },
  });
  await must(
    `npm install (Nest ${nest})`,
    run('npm', ['install', '--no-audit', '--no-fund'], { cwd: dir, timeout: 300_000 }),
  );
  writeFileSync(join(dir, 'app.mjs'), ESM);
  writeFileSync(join(dir, 'app.cjs'), COMMONJS);
  const programs = [
    ['js-esm', join(dir, 'app.mjs')],
    ['js-commonjs', join(dir, 'app.cjs')],
  ];
  for (const [form, { type, compilerOptions }] of Object.entries(forms)) {
    const folder = join(dir, form);
    mkdirSync(folder);
    json(join(folder, 'package.json'), { type });
    json(join(folder, 'tsconfig.json'), { compilerOptions, files: ['app.ts'] });
    writeFileSync(join(folder, 'app.ts'), TYPESCRIPT);
    const compiler = join(dir, 'node_modules/typescript/bin/tsc');
    const result = await run(process.execPath, [compiler, '-p', folder], { cwd: folder, timeout: 120_000 });
    report(`Nest ${nest} ${form}: compiles with TypeScript ${typescript}`, result);
    if (result.code === 0) programs.push([form, join(folder, 'out/app.js')]);
  }
  return programs;
}

/** The Node in use, and others from the registry (the package `node` brings the binary). */
async function findNodes(root) {
  const nodes = [process.execPath];
  for (const version of options.nodes.split(',').filter(Boolean)) {
    const dir = join(root, `node${version}`);
    mkdirSync(dir);
    json(join(dir, 'package.json'), { private: true });
    const install = ['install', '--no-audit', '--no-fund', `node@${version}`];
    await must(`installing Node ${version}`, run('npm', install, { cwd: dir, timeout: 300_000 }));
    nodes.push(join(dir, 'node_modules/node/bin/node'));
  }
  return nodes;
}

async function findTransporters() {
  const url = process.env.REDIS_URL;
  if (url) return (await pingUrl(url, 4000)) === null ? ['Memory', url] : ['Memory'];
  return (await ping('127.0.0.1', 6379, 1000)) === null ? ['Memory', 'redis://127.0.0.1:6379'] : ['Memory'];
}

const root = mkdtempSync(join(tmpdir(), 'nm-consumers-'));
try {
  const tarball = await pack(root);
  const nodes = await findNodes(root);
  const transporters = await findTransporters();
  if (transporters.length === 1) console.log('No Redis answers: memory transporter only.');
  for (const consumer of CONSUMERS) {
    const programs = await createApp(root, tarball, consumer);
    for (const node of nodes) {
      const { stdout: version } = await must(node, run(node, ['--version']));
      for (const [form, file] of programs) {
        for (const transporter of transporters) {
          const env = { ...process.env, TRANSPORTER: transporter };
          const result = await run(node, [file], { env, timeout: 60_000 });
          report(
            `Nest ${consumer.nest} ${form}, Node ${version.trim()}, ${transporter.split(':')[0]}`,
            result,
          );
        }
      }
    }
  }
} finally {
  if (options.keep) console.log(`kept: ${root}`);
  else rmSync(root, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`\n${failures.length} failed:\n${failures.map((what) => `  - ${what}`).join('\n')}`);
  process.exitCode = 1;
}
