import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

/** Programs of test/contract/refused must not compile; the first line of each says with which errors. */
const config = resolve('test/contract/tsconfig.refused.json');
const parsed = ts.parseJsonConfigFileContent(
  ts.readConfigFile(config, (file) => ts.sys.readFile(file)).config,
  ts.sys,
  resolve('test/contract'),
);

describe('what must not compile', () => {
  let program: ts.Program;
  beforeAll(() => {
    program = ts.createProgram({ rootNames: parsed.fileNames, options: parsed.options });
    program.getTypeChecker();
  }, 60_000);

  it('is there', () => {
    expect(parsed.fileNames.length).toBeGreaterThan(5);
  });

  it.each(parsed.fileNames.map((file) => ({ name: basename(file), file })))(
    '$name',
    ({ file }) => {
      const [, codes = ''] = /^\/\/ expect: (.*)/.exec(readFileSync(file, 'utf8')) ?? [];
      const found = program
        .getSemanticDiagnostics(program.getSourceFile(file))
        .map(({ code }) => `TS${code}`);
      expect(codes).not.toBe('');
      expect(found).not.toEqual([]);
      for (const code of found) expect(codes.split(' or ')).toContain(code);
    },
    60_000,
  );
});
