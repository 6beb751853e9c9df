import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgePrograms } from '../../scripts/contract.mjs';

const CONFIG = 'test/contract/tsconfig.json';
const FOLDERS = ['.', 'refused', 'not-yet'];
const files = FOLDERS.flatMap((folder) =>
  readdirSync(resolve('test/contract', folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => (folder === '.' ? file : `${folder}/${file}`)),
);

describe('the programs of the contract', () => {
  let judged: Map<string, { refused: number; problems: string[] }>;
  beforeAll(() => {
    judged = new Map(judgePrograms(CONFIG).map((program) => [program.file, program]));
  }, 300_000);

  it.each(files)('compile but for the lines that say otherwise: %s', (file) => {
    expect(judged.get(file)?.problems).toEqual([]);
    // Outside the programs that must compile, one without a mark shows nothing.
    if (file.includes('/')) expect(judged.get(file)?.refused).toBeGreaterThan(0);
  });

  it('are listed where they wait for what is not built', () => {
    const page = readFileSync('test/contract/not-yet/README.md', 'utf8');
    for (const file of files.filter((name) => name.startsWith('not-yet/'))) {
      expect(page).toContain(`\`${file.slice('not-yet/'.length)}\``);
    }
  });
});

describe('a mark', () => {
  const texts: Record<string, [text: string, problem: string]> = {
    'an error that is gone': [
      '// @ts-expect-error TS2322\nexport const a: string = "1";',
      ':2 TS2322 was expected',
    ],
    'an error of another code': [
      '// @ts-expect-error TS2345\nexport const a: string = 1;',
      ':2 TS2345 was expected',
    ],
    'one of two errors gone': [
      '// @ts-expect-error TS2322 TS2304\nexport const a: string = 1;',
      ':2 TS2304 was expected',
    ],
    'one error too many': [
      '// @ts-expect-error TS2322\nexport const a: string = 1, b: string = 2;',
      ':2 TS2322 was not expected',
    ],
    'an error without a mark': ['export const a: string = 1;', ':1 TS2322 was not expected'],
    'no code': ['// @ts-expect-error\nexport const a: string = 1;', ':2 the mark names no code'],
    'what cannot be read': ['export const a = ;', ':1 TS1109 was not expected'],
  };
  /** Programs that say these things instead of their own. */
  const stand = files.filter((file) => file.startsWith('refused/'));
  const places = new Map(Object.keys(texts).map((what, at) => [what, stand[at]!]));
  let judged: Map<string, string[]>;
  beforeAll(() => {
    const instead = new Map(
      [...places].map(([what, file]) => [resolve('test/contract', file), texts[what]![0]]),
    );
    judged = new Map(judgePrograms(CONFIG, instead).map(({ file, problems }) => [file, problems]));
  }, 300_000);

  it.each(Object.keys(texts))('is not content with %s', (what) => {
    const file = places.get(what)!;
    expect(judged.get(file)?.[0]).toContain(`${file}${texts[what]![1]}`);
  });
});
