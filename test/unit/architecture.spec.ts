import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  FLOOR,
  LEAVES,
  NEST_COMMON,
  ROOMS,
  mayImport,
  mayImportPackage,
  nestCommonValues,
  roomOf,
} from '../../scripts/architecture.mjs';
import { findCycle, readImports, type Import } from '../support/imports.js';

const files = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort();
const sources = new Map(files.map((file) => [file, readFileSync(`lib/${file}`, 'utf8')]));
const imports = new Map<string, Import[]>(files.map((file) => [file, readImports(file, sources.get(file)!)]));

const own = (file: string): Import[] => imports.get(file)!.filter((i) => i.file !== null);
const graphOf = (keep: (i: Import) => boolean): Map<string, string[]> =>
  new Map(
    files.map((file) => [
      file,
      own(file)
        .filter(keep)
        .map((i) => i.file!),
    ]),
  );

describe('the table', () => {
  it('has no way back: no room reaches itself over values', () => {
    const reach = new Map(
      Object.keys(ROOMS).map((from) => [
        from,
        Object.keys(ROOMS).filter((to) => to !== from && mayImport(from, to, false)),
      ]),
    );
    expect(findCycle(reach)).toBeNull();
  });

  it('keeps leaves out of everything, and the floor open to all', () => {
    for (const room of Object.keys(ROOMS)) {
      for (const leaf of LEAVES) if (room !== leaf) expect(mayImport(room, leaf, false)).toBe(false);
      if (!FLOOR.includes(room)) for (const floor of FLOOR) expect(mayImport(room, floor, false)).toBe(true);
    }
  });
});

describe('lib', () => {
  it('has no file outside the known rooms', () => {
    expect(files.filter((file) => !(roomOf(file) in ROOMS))).toEqual([]);
    const top = files.filter((file) => roomOf(file) === 'module');
    expect(top.filter((file) => !/^(index|moleculer\.[a-z-]+)\.ts$/.test(file))).toEqual([]);
  });

  it('imports only downwards', () => {
    const wrong = files.flatMap((file) =>
      own(file)
        .filter((i) => !mayImport(roomOf(file), roomOf(i.file!), i.typeOnly))
        .map((i) => `${file} -> ${i.file}${i.typeOnly ? ' (type)' : ''}`),
    );
    expect(wrong).toEqual([]);
  });

  it('knows packages only where the table says so', () => {
    const wrong = files.flatMap((file) =>
      imports
        .get(file)!
        .filter((i) => i.file === null && !mayImportPackage(file, i.package, i.typeOnly))
        .map((i) => `${file} -> ${i.specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('takes only Injectable and Logger of @nestjs/common up to the broker', () => {
    const wrong = files
      .filter((file) => NEST_COMMON.rooms.includes(roomOf(file)))
      .flatMap((file) =>
        imports
          .get(file)!
          .filter((i) => i.package === '@nestjs/common' && !i.typeOnly)
          .flatMap((i) => i.names.filter((name) => !nestCommonValues(roomOf(file)).includes(name)))
          .map((name) => `${file} -> ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('imports only packages that come along or are peers, optional ones never statically', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    const optional = Object.keys(manifest.peerDependenciesMeta ?? {});
    const present = [
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies).filter((name) => !optional.includes(name)),
    ];
    const wrong = files.flatMap((file) =>
      imports
        .get(file)!
        .filter((i) => i.file === null && !i.specifier.startsWith('node:') && !i.dynamic)
        .filter((i) => !present.includes(i.package) && !(i.typeOnly && optional.includes(i.package)))
        .map((i) => `${file} -> ${i.specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no import cycle among values', () => {
    expect(findCycle(graphOf((i) => !i.typeOnly))).toBeNull();
  });

  it('has no file of more than 300 lines', () => {
    const long = files.filter((file) => sources.get(file)!.trimEnd().split('\n').length > 300);
    expect(long).toEqual([]);
  });

  it('names files role.kind.ts in kebab case', () => {
    expect(files.filter((file) => !/^([a-z0-9-]+\/)*[a-z0-9]+([.-][a-z0-9]+)*\.ts$/.test(file))).toEqual([]);
  });
});

describe('the reader of imports', () => {
  const read = (source: string) =>
    readImports('broker/a.ts', source).map((i) => [i.specifier, i.file, i.typeOnly, i.dynamic]);

  it.each([
    ["import { a } from './b.js';", ['./b.js', 'broker/b.ts', false, false]],
    ["import type { A } from '../errors/b.js';", ['../errors/b.js', 'errors/b.ts', true, false]],
    ["import { type A, type B } from './b.js';", ['./b.js', 'broker/b.ts', true, false]],
    ["import { type A, b } from './b.js';", ['./b.js', 'broker/b.ts', false, false]],
    ["import './b.js';", ['./b.js', 'broker/b.ts', false, false]],
    ["export * from './b.js';", ['./b.js', 'broker/b.ts', false, false]],
    ["export type { A } from './b.js';", ['./b.js', 'broker/b.ts', true, false]],
    ["const a = await import('./b.js');", ['./b.js', 'broker/b.ts', false, true]],
    ["let a: import('./b.js').A;", ['./b.js', 'broker/b.ts', true, false]],
    ["import { Redis } from 'ioredis';", ['ioredis', null, false, false]],
  ])('%s', (source, expected) => {
    expect(read(source)).toEqual([expected]);
  });

  it('finds a cycle and names its stations', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(findCycle(graph)).toEqual(['b', 'c', 'b']);
  });
});
