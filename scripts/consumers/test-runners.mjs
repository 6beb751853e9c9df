/** A user's tests with the library: under Jest, which makes CommonJS of it or loads it as it is, and in Nest's own project, under Vitest. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../processes.mjs';
import { versionOf, writeJson } from './fresh-app.mjs';
import { SPEC } from './programs.mjs';

/** Two packages are ES modules only: the library and one of what it depends on. */
const ES_MODULES = ['/node_modules/(?!(nestjs-moleculer|leven)/)'];

const compilerOptions = {
  module: 'commonjs',
  moduleResolution: 'node10',
  target: 'ES2022',
  strict: true,
  allowJs: true,
  esModuleInterop: true,
  isolatedModules: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  types: ['node', 'jest'],
};

function jestConfig(pattern, extra) {
  return {
    testEnvironment: 'node',
    transform: { [pattern]: ['ts-jest', { tsconfig: 'tsconfig.json' }] },
    ...extra,
  };
}

const SAMPLE = fileURLToPath(new URL('../../sample/08-testing/', import.meta.url));

/** The tests of the sample, which `npm test` runs under Vitest, with its own configuration of Jest. */
export async function checkSampleUnderJest(dir, nest, nodes, matrix) {
  const folder = join(dir, 'sample-08-testing');
  cpSync(SAMPLE, folder, { recursive: true });
  for (const { file, version: node } of nodes) {
    const result = await run(
      file,
      [join(dir, 'node_modules/jest/bin/jest.js'), '--config', 'jest.config.json'],
      {
        cwd: folder,
        timeout: 120_000,
      },
    );
    const how = `Jest ${versionOf(dir, 'jest')}, sample 08-testing`;
    matrix.add({ nest, how, node }, result, /Tests: .*/.exec(result.stderr)?.[0] ?? '');
  }
}

/** Jest in the manner of Nest 11's own projects: CommonJS. */
export async function checkJest(dir, nest, nodes, matrix) {
  const folder = join(dir, 'jest');
  mkdirSync(folder);
  writeFileSync(join(folder, 'math.spec.ts'), SPEC);
  writeJson(join(folder, 'tsconfig.json'), { compilerOptions });
  writeJson(
    join(folder, 'transform.json'),
    jestConfig('^.+\\.[jt]s$', { transformIgnorePatterns: ES_MODULES }),
  );
  writeJson(join(folder, 'plain.json'), jestConfig('^.+\\.ts$', {}));
  const jest = (file, config, ...flags) =>
    run(file, [...flags, join(dir, 'node_modules/jest/bin/jest.js'), '--config', config], {
      cwd: folder,
      timeout: 120_000,
    });
  const name = `Jest ${versionOf(dir, 'jest')}`;
  for (const { file, version: node } of nodes) {
    matrix.add(
      { nest, how: `${name}, library transformed`, node },
      await jest(file, 'transform.json'),
      '1 test with nestjs-moleculer/testing',
    );
    const row = { nest, how: `${name}, library as it is`, node };
    const result = await jest(file, 'plain.json', '--experimental-vm-modules');
    if (Number(node.split('.')[0]) >= 24) matrix.add(row, result, '1 test, with --experimental-vm-modules');
    else
      matrix.cannot(
        row,
        result,
        'Must use import',
        'Jest loads ES modules into CommonJS from Node 24.9 on: transform the library',
      );
  }
}
