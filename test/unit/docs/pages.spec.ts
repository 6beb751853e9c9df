import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../../../lib/index.js';
import { pages, readPage, ROOT } from '../../support/snippets.js';

const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> };

/** GitHub's way from a heading to its anchor. */
const anchors = (page: string): string[] =>
  [...readPage(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each([...pages(), ...samplePages()])('%s', (page) => {
  const text = readPage(page);

  it('links to what is there', () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path, anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(ROOT, file)), target).toBe(true);
      if (anchor) expect(anchors(file)).toContain(anchor);
    }
  });

  it('names commands and tests that exist', () => {
    for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty([script]);
    for (const [, sample] of text.matchAll(/npm run sample ([\w-]+)/g)) {
      const starts = ['main.ts', 'vitest.config.ts'].map((file) => join(ROOT, 'sample', sample, file));
      expect(starts.some(existsSync), sample).toBe(true);
    }
    for (const [file] of text.matchAll(/\b(test|scripts|lib)\/[\w./-]+\.\w+/g)) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
    }
    // Vitest runs what fits one of several filters, and says nothing of one that fits no file.
    for (const [, project, filters] of text.matchAll(/npx vitest run --project (\w+)((?: [\w./-]+)*)/g)) {
      for (const filter of filters!.split(' ').filter(Boolean)) {
        expect(
          specs(project!).some((file) => file.includes(filter)),
          filter,
        ).toBe(true);
      }
    }
  });
});

/** The tests of a project of Vitest. */
function specs(project: string): string[] {
  const folders = project === 'unit' ? ['unit'] : ['integration', 'interop', 'e2e'];
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, 'test', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.spec.ts'))
      .map((file) => `test/${folder}/${file}`),
  );
}

function samplePages(): string[] {
  return readdirSync(join(ROOT, 'sample'))
    .map((folder) => `sample/${folder}/README.md`)
    .filter((page) => existsSync(join(ROOT, page)));
}

describe('the errors of docs/errors.md', () => {
  type ErrorClass = new (...args: unknown[]) => library.MoleculerError;
  const classes = new Map(
    Object.entries(library).filter(
      (entry): entry is [string, typeof library.MoleculerError & ErrorClass] =>
        typeof entry[1] === 'function' && (entry[1] as unknown as ErrorClass).prototype instanceof Error,
    ),
  );
  const rows = [...readPage('docs/errors.md').matchAll(/^\| `(\w+Error)`.*$/gm)].map(([row, name]) => ({
    name,
    cells: row.split('|').map((cell) => cell.trim().replaceAll('`', '')),
  }));

  it('are all there, but for two that only Moleculer.js nodes send', () => {
    const rare = ['GracefulStopTimeoutError', 'ProtocolVersionMismatchError'];
    const named = rows.filter(({ cells }) => cells.length === 7).map(({ name }) => name);
    expect(named.sort()).toEqual([...classes.keys()].filter((name) => !rare.includes(name)).sort());
  });

  it.each(rows.filter(({ cells }) => cells.length === 7))('$name is as the table says', ({ name, cells }) => {
    const Class = classes.get(name)!;
    // Classes of one cause take their facts, the general ones a message.
    const error = [{ action: 'a.b', nodeID: 'n' }, 'text']
      .map((argument) => new Class(argument))
      .find(({ message }) => message !== '[object Object]' && typeof message === 'string')!;
    const [, , code, type, retryable] = cells;
    expect(String(error.code)).toBe(code);
    expect(error.type ?? '').toBe(type);
    expect(error.retryable ? 'yes' : 'no').toBe(retryable);
  });
});

describe('docs/README.md', () => {
  it('leads to every page', () => {
    const index = readPage('docs/README.md');
    for (const page of pages().filter((name) => name !== 'README.md' && name !== 'docs/README.md')) {
      expect(index, page).toContain(`](${basename(page)})`);
    }
  });
});

describe('docs/getting-started.md', () => {
  it('quotes messages that there are', () => {
    const folder = join(ROOT, 'lib/messages');
    const texts = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      // What is put in differs from case to case; some of it is text, too.
      .map((text) => text + text.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '…').replaceAll("\\'", "'"))
      .join('\n');
    const table = readPage('docs/getting-started.md').split('## When it does not work')[1];
    const quoted = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, text]) => text);
    // Of Nest and of the system.
    const foreign = [/^Nest can't resolve/, /^EADDRINUSE$/];
    const ours = quoted.filter((text) => !foreign.some((pattern) => pattern.test(text)));
    expect(ours.length).toBeGreaterThan(6);
    for (const part of ours.flatMap((text) => text.replace('5000', '…').split('…'))) {
      expect(texts.includes(part.trim()), part).toBe(true);
    }
  });
});
