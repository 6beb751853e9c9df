/** The forms in which a program is written: plain or compiled, ES modules or CommonJS, and how the compiler finds modules. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes.mjs';
import { versionOf, writeJson } from './fresh-app.mjs';
import { COMMONJS, ESM, TYPESCRIPT } from './programs.mjs';

const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true };
const tsc = {
  target: 'ES2022',
  strict: true,
  skipLibCheck: false,
  types: ['node'],
  rootDir: '.',
  outDir: 'out',
  ...decorators,
};
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };

/** `compiler`: the package that brings it. TypeScript 6 has given up `node10`, TypeScript 5.9 has no CommonJS with `bundler`. */
const COMPILED = {
  11: [
    { compiler: 'typescript', modules: 'ESM', found: nodenext },
    { compiler: 'typescript', modules: 'CommonJS', found: nodenext },
    {
      compiler: 'typescript',
      modules: 'CommonJS',
      found: { module: 'commonjs', moduleResolution: 'node10' },
    },
  ],
  12: [
    { compiler: 'typescript', modules: 'ESM', found: nodenext },
    { compiler: 'typescript', modules: 'CommonJS', found: nodenext },
    {
      compiler: 'typescript',
      modules: 'CommonJS',
      found: { module: 'commonjs', moduleResolution: 'bundler' },
    },
    { compiler: 'typescript7', modules: 'ESM', found: nodenext },
  ],
};

export const combinationOf = (nest, language, modules, node) =>
  `Nest ${nest.split('.')[0]}, ${language}, ${modules}, Node ${node.split('.')[0]}`;

/** Runs a compiler of the application on a folder. */
export const compile = (dir, compiler, folder) =>
  run(process.execPath, [join(dir, 'node_modules', compiler, 'bin/tsc'), '-p', folder], {
    cwd: folder,
    timeout: 180_000,
  });

function writeProgram(dir, { compiler, modules, found }) {
  const folder = join(dir, [compiler, modules, found.module, found.moduleResolution].join('-'));
  mkdirSync(folder);
  writeJson(join(folder, 'package.json'), { type: modules === 'ESM' ? 'module' : 'commonjs' });
  writeJson(join(folder, 'tsconfig.json'), { compilerOptions: { ...tsc, ...found }, files: ['app.ts'] });
  writeFileSync(join(folder, 'app.ts'), TYPESCRIPT);
  return folder;
}

/**
 * Writes and compiles the program in all forms.
 *
 * @returns {Promise<{ how: string, language: string, modules: string, file: string }[]>} those that can be run
 */
export async function prepareForms(dir, nest, matrix) {
  writeFileSync(join(dir, 'app.mjs'), ESM);
  writeFileSync(join(dir, 'app.cjs'), COMMONJS);
  const forms = [
    { how: 'JavaScript, ESM', language: 'JavaScript', modules: 'ESM', file: join(dir, 'app.mjs') },
    { how: 'JavaScript, CommonJS', language: 'JavaScript', modules: 'CommonJS', file: join(dir, 'app.cjs') },
  ];
  for (const form of COMPILED[nest.split('.')[0]]) {
    const folder = writeProgram(dir, form);
    const result = await compile(dir, form.compiler, folder);
    const { compiler, modules, found } = form;
    const how = `TypeScript ${versionOf(dir, compiler)}, ${modules}, ${[...new Set(Object.values(found))].join(' + ')}`;
    if (matrix.add({ nest, how }, result, 'compiles')) {
      forms.push({ how, language: 'TypeScript', modules, file: join(folder, 'out/app.js') });
    }
  }
  return forms;
}

/** CommonJS that is told to load nothing but CommonJS. */
export async function checkNode16(dir, nest, matrix) {
  const form = {
    compiler: 'typescript',
    modules: 'CommonJS',
    found: { module: 'node16', moduleResolution: 'node16' },
  };
  const result = await compile(dir, form.compiler, writeProgram(dir, form));
  const how = `TypeScript ${versionOf(dir, 'typescript')}, CommonJS, node16`;
  matrix.cannot({ nest, how }, result, 'TS1479', "use module 'nodenext', or 'commonjs' with 'node10'");
}

/** The programs of the contract and what must not compile of them, against what a user has installed. */
export async function checkContract(dir, nest, compiler, matrix) {
  const folder = join(dir, `contract-${compiler}`);
  cpSync('test/contract', folder, { recursive: true, filter: (path) => !/not-yet|\.json$/.test(path) });
  const compilerOptions = {
    ...tsc,
    ...nodenext,
    target: 'ES2023',
    noImplicitOverride: true,
    isolatedModules: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeJson(join(folder, 'package.json'), { type: 'module' });
  writeJson(join(folder, 'tsconfig.json'), { compilerOptions, include: ['*.ts', 'refused/*.ts'] });
  const result = await compile(dir, compiler, folder);
  matrix.add(
    { nest, how: `contract programs, TypeScript ${versionOf(dir, compiler)}` },
    result,
    'compile but for the lines that must not',
  );
}
