import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One fenced `ts` block of a page. */
export interface Snippet {
  /** Where the page would have it: named in the fence (```ts src/greeter.ts), else made up. */
  file: string;
  code: string;
  /** The page's line of each line of `code`; 0 where a hidden line comes first. */
  lines: number[];
}

/** README and guides. */
export const pages = (): string[] => [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Every fenced block of a language, with what follows the language in the fence: ```text curl. */
export function blocksOf(text: string, language: string): { info: string; code: string }[] {
  const fences = new RegExp(`^\`\`\`${language}(?: (\\S+))?\\n([^]*?)^\`\`\`$`, 'gm');
  return [...text.matchAll(fences)].map(([, info = '', code = '']) => ({ info, code }));
}

/**
 * The blocks of a page. What a block leaves out for the reader's sake (imports, declarations) may stand before it in an HTML comment
 * that begins with `<!-- ts`; it counts for that block alone. With a file name there the comment is a file of its own, which the page
 * mentions and does not show.
 */
export function snippetsOf(text: string): Snippet[] {
  const found: Snippet[] = [];
  let hidden: string[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^\s*```ts(?: (\S+))?\s*$/.exec(lines[at]);
    const unseen = /^<!-- ts (\S+)$/.exec(lines[at]);
    if (unseen) {
      const end = lines.indexOf('-->', at);
      const code = [...lines.slice(at + 1, end), 'export {};'];
      found.push({ file: unseen[1], code: code.join('\n'), lines: code.map((_, i) => at + 2 + i) });
      at = end;
    } else if (lines[at] === '<!-- ts') {
      const end = lines.indexOf('-->', at);
      hidden = lines.slice(at + 1, end);
      at = end;
    } else if (fence) {
      const end = lines.findIndex((line, i) => i > at && /^\s*```\s*$/.test(line));
      found.push({
        file: fence[1] ?? `snippet-${found.length + 1}.ts`,
        code: [...hidden, ...lines.slice(at + 1, end), 'export {};'].join('\n'),
        lines: [...hidden.map(() => 0), ...lines.slice(at + 1, end).map((_, i) => at + 2 + i), 0],
      });
      hidden = [];
      at = end;
    }
  }
  return found;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noImplicitOverride: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  esModuleInterop: true,
  isolatedModules: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  paths: {
    'nestjs-moleculer': [join(ROOT, 'lib/index.ts')],
    'nestjs-moleculer/microservices': [join(ROOT, 'lib/microservices/index.ts')],
    'nestjs-moleculer/terminus': [join(ROOT, 'lib/terminus/index.ts')],
    'nestjs-moleculer/testing': [join(ROOT, 'lib/testing/index.ts')],
    'nestjs-moleculer/repl': [join(ROOT, 'lib/repl/index.ts')],
  },
};

const sources = new Map<string, ts.SourceFile | undefined>();

/**
 * What the compiler says of a page's blocks, as `page:line message`. The page is a program of its own, its blocks are files of it; where
 * they are those of several applications (`front/src/main.ts`), each is a program.
 */
export function typecheck(page: string, snippets: readonly Snippet[]): string[] {
  const applications = new Map<string, Snippet[]>();
  for (const snippet of snippets) {
    const application = /^.*?(?=src\/)/.exec(snippet.file)?.[0] ?? '';
    applications.set(application, [...(applications.get(application) ?? []), snippet]);
  }
  return [...applications.values()].flatMap((files) => typecheckProgram(page, files));
}

function typecheckProgram(page: string, snippets: readonly Snippet[]): string[] {
  // Not a real folder: blocks see the project's packages, but not its files.
  const folder = join(ROOT, '.snippets', page.replace(/\W/g, '-'));
  const files = new Map(snippets.map((snippet) => [join(folder, snippet.file), snippet]));
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name)?.code ?? readFile(name);
  host.directoryExists = (name) =>
    [...files.keys()].some((file) => dirname(file).startsWith(name)) || ts.sys.directoryExists(name);
  host.getSourceFile = (name, target, ...more) => {
    const own = files.get(name);
    if (own) return ts.createSourceFile(name, own.code, target);
    if (!sources.has(name)) sources.set(name, getSourceFile(name, target, ...more));
    return sources.get(name);
  };
  const program = ts.createProgram([...files.keys()], OPTIONS, host);
  return [...files].flatMap(([name, snippet]) => {
    const source = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, messageText }) => {
        const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
        const shown = snippet.lines[line] || `${snippet.file} hidden ${snippet.code.split('\n')[line]}`;
        return `${page}:${shown} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      },
    );
  });
}
