import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readPage, ROOT } from '../../support/snippets.js';

interface Row {
  trap: string;
  number: string;
  answer: string;
  tests: { title: string; file: string }[];
}

const rows: Row[] = readPage('docs/interop.md')
  .split('\n## The traps\n')[1]!
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => {
    const [, number, trap, answer, shown] = line.split('|').map((cell) => cell.trim());
    const links = [...shown!.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)];
    return {
      number: number!,
      trap: trap!,
      answer: answer!,
      tests: links.map(([, title, file]) => ({ title: title!, file: file! })),
    };
  });

/** Titles of all tests in a file: of `it`, and of what `it.each` and the like give. */
function titlesIn(file: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && rootOf(node.expression) === 'it') {
      const [first] = node.arguments;
      if (first !== undefined && ts.isStringLiteralLike(first)) titles.push(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readPage(file), ts.ScriptTarget.Latest));
  return titles;
}

/** The name that a callee begins with: `it` of `it.each([…])`. */
function rootOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootOf(node.expression);
  return '';
}

describe('the traps of docs/interop.md', () => {
  it('are thirty-nine, in order, each with an answer', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 39 }, (_, i) => String(i + 1)));
    for (const { trap, answer } of rows) expect([trap, answer]).not.toContain('');
  });

  it.each(rows)('$number is shown by tests that exist', ({ tests }) => {
    expect(tests).not.toEqual([]);
    for (const { title, file } of tests) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      expect(titlesIn(file)).toContain(title);
    }
  });
});
