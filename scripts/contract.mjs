/**
 * Programs of test/contract say themselves what the compiler must refuse in them: `// @ts-expect-error TS2345 why` over the line.
 * TypeScript is content with any error below such a mark, and with one where there were two; here each such line has exactly the
 * errors whose codes are named, and no other line has any.
 */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const FOLDER = resolve('test/contract');
const MARK = /\/\/ @ts-expect-error\b((?: TS\d+)*)/;

/** What each mark says of the line below it; lines count from 1. */
function readMarks(text) {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const mark = MARK.exec(line);
    if (mark === null) return [];
    // As for TypeScript: comments and blank lines below belong to the mark.
    let next = at + 1;
    while (/^\s*(\/\/|$)/.test(lines[next] ?? 'end')) next++;
    return [{ line: next + 1, codes: mark[1].trim().split(' ').filter(Boolean) }];
  });
}

/** Reads files of the folder without the marks' effect, every column in its place. */
function createHost(options, texts) {
  const host = ts.createCompilerHost(options, true);
  const original = host.getSourceFile;
  host.getSourceFile = (file, ...rest) => {
    const path = resolve(file);
    if (!path.startsWith(FOLDER + sep)) return original(file, ...rest);
    const text = texts.get(path) ?? readFileSync(path, 'utf8');
    return ts.createSourceFile(file, text.replaceAll('@ts-expect-error', '@ts_expect_error'), ...rest);
  };
  return host;
}

function parseConfig(file) {
  const { config, error } = ts.readConfigFile(file, (path) => ts.sys.readFile(path));
  const parsed = error ? null : ts.parseJsonConfigFileContent(config, ts.sys, dirname(resolve(file)));
  const problems = error ? [error] : parsed.errors;
  if (problems.length > 0) throw new Error(problems.map((p) => textOf(p)).join('\n'));
  return parsed;
}

const textOf = ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 300);

/**
 * Compiles the programs of a configuration.
 *
 * @param {string} config
 * @param {Map<string, string>} [texts] by full path, instead of what is in the file
 * @returns {{ file: string, refused: number, problems: string[] }[]} for each program, its path below test/contract, how many of its
 *   lines are refused, and what is not as its marks say
 */
export function judgePrograms(config, texts = new Map()) {
  const { fileNames, options } = parseConfig(config);
  const program = ts.createProgram(fileNames, options, createHost(options, texts));
  const general = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  if (general.length > 0) throw new Error(general.map((d) => textOf(d)).join('\n'));
  return fileNames.map((name) => {
    const file = relative(FOLDER, name).replaceAll(sep, '/');
    const found = [
      ...program.getSyntacticDiagnostics(program.getSourceFile(name)),
      ...program.getSemanticDiagnostics(program.getSourceFile(name)),
    ].map((d) => ({
      line: d.file.getLineAndCharacterOfPosition(d.start).line + 1,
      code: `TS${d.code}`,
      text: textOf(d),
    }));
    const marks = readMarks(texts.get(resolve(name)) ?? readFileSync(name, 'utf8'));
    return { file, refused: marks.length, problems: compare(file, marks, found) };
  });
}

function compare(file, marks, found) {
  const left = [...found];
  const problems = marks.flatMap(({ line, codes }) => {
    const place = `${file}:${line}`;
    if (codes.length === 0) return [`${place} the mark names no code`];
    return codes.flatMap((code) => {
      const at = left.findIndex((d) => d.line === line && d.code === code);
      if (at < 0) return [`${place} ${code} was expected, and is not there`];
      left.splice(at, 1);
      return [];
    });
  });
  return [...problems, ...left.map((d) => `${file}:${d.line} ${d.code} was not expected: ${d.text}`)];
}
