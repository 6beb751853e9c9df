import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import {
  NEST_COMMON,
  PACKAGES,
  ROOMS,
  mayImport,
  mayImportPackage,
  nestCommonValues,
} from './scripts/architecture.mjs';
import { clockImports, noClocks } from './scripts/lint-clocks.mjs';

const RESTRICTED = '@typescript-eslint/no-restricted-imports';
const rooms = Object.keys(ROOMS);

/** Imports of our own rooms, by the table: `../room/…` at any depth. */
function roomPatterns(from) {
  const never = rooms.filter((to) => !mayImport(from, to, true));
  const types = rooms.filter((to) => mayImport(from, to, true) && !mayImport(from, to, false));
  const pattern = (list, extra) => ({
    regex: `^(\\.\\./)+(${list.map((to) => (to === 'module' ? 'moleculer\\.' : `${to}/`)).join('|')})`,
    message: `lib/${from} may not import this (scripts/architecture.mjs).`,
    ...extra,
  });
  return [
    ...(never.length ? [pattern(never, {})] : []),
    ...(types.length ? [pattern(types, { allowTypeImports: true })] : []),
  ];
}

/** Imports of packages by the same table, and of what tells the time or rolls dice. */
function packagePaths(place, room) {
  const paths = PACKAGES.filter((p) => !mayImportPackage(place, p.name, false)).map((p) => ({
    name: p.name,
    message: `${p.why} (scripts/architecture.mjs).`,
    allowTypeImports: mayImportPackage(place, p.name, true),
  }));
  if (NEST_COMMON.rooms.includes(room)) {
    paths.push({
      name: '@nestjs/common',
      allowImportNames: nestCommonValues(room),
      allowTypeImports: true,
      message: `Here only ${nestCommonValues(room).join(' and ')} (scripts/architecture.mjs).`,
    });
  }
  return room === 'time' ? paths : [...paths, ...clockImports];
}

const restrict = (files, place, room) => ({
  files,
  rules: { [RESTRICTED]: ['error', { paths: packagePaths(place, room), patterns: roomPatterns(room) }] },
});

const nodeGlobals = Object.fromEntries(
  'process console Buffer URL AbortController AbortSignal setTimeout clearTimeout setInterval clearInterval setImmediate fetch structuredClone performance queueMicrotask'
    .split(' ')
    .map((name) => [name, 'readonly']),
);

export default tseslint.config(
  {
    ignores: [
      'dist',
      'dist-sample',
      'dist-bench',
      'docs-api',
      '.build',
      'coverage',
      'test/fixtures',
      'test/contract/refused',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      'max-lines': ['error', { max: 300 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'always' }],
    },
  },
  { files: ['lib/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: ['lib/**/*.ts'], ignores: ['lib/time/**'], rules: noClocks },
  ...rooms
    .filter((room) => room !== 'module')
    .map((room) => restrict([`lib/${room}/**/*.ts`], `${room}/x.ts`, room)),
  restrict(['lib/*.ts'], 'x.ts', 'module'),
  restrict(['lib/transporters/redis/**/*.ts'], 'transporters/redis/x.ts', 'transporters'),
  {
    // Nest itself types handlers and classes of unknown shape as Function.
    files: ['lib/explorer/**/*.ts', 'lib/decorators/**/*.ts', 'lib/moleculer.*.ts'],
    rules: { '@typescript-eslint/no-unsafe-function-type': 'off' },
  },
  {
    // Tests and samples play users and hostile peers: they may be loose where the library may not.
    files: ['test/**/*.ts', 'sample/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-function-type': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'none', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
    },
  },
  {
    // Programs that only have to compile.
    files: ['test/contract/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/ban-ts-comment': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      parserOptions: { projectService: false, program: null },
      globals: nodeGlobals,
    },
  },
);
