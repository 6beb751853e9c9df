import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPage, ROOT } from '../../support/snippets.js';

const rows = readPage('docs/guarantees.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
const shown = rows
  .map((row) => row.split('|').map((cell) => cell.trim()))
  .map((cells) => ({ fault: cells[1], test: /^`([\w/.-]+)`: (.+)$/.exec(cells.at(-2)!) }));

it('has tests for nearly all that it promises', () => {
  // Two rows of events and the heads of the tables.
  expect(shown.filter(({ test }) => test === null)).toHaveLength(2 + 5);
});

it.each(shown.filter(({ test }) => test !== null))('$fault: the test is there', ({ test }) => {
  const [, place, name] = test!;
  const file = place.includes('/') ? place : `test/integration/faults/${place}.spec.ts`;
  const names = [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bit(?:\.each\([^)]*\))?\(\s*(['"`])(.*)\1/g),
  ];
  expect(names.map(([, , text]) => text).filter((text) => text.includes(name))).not.toEqual([]);
});
