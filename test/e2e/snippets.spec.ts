import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileLib } from '../support/compiled-lib.js';
import { redisUrl, uniqueNamespace } from '../support/redis.js';
import { pages, readPage, snippetsOf, typecheck } from '../support/snippets.js';
import { waitUntil } from '../support/wait-until.js';

describe('the code of README and guides', () => {
  it.each(pages())('%s compiles', (page) => {
    const snippets = snippetsOf(readPage(page));
    // Every block of TypeScript was understood as one.
    expect(snippets).toHaveLength(readPage(page).match(/^```(ts|typescript)\b/gm)?.length ?? 0);
    expect(typecheck(page, snippets)).toEqual([]);
  });

  it('is judged: what does not fit is found, with the line of the page', () => {
    const text = [
      '# page',
      '<!-- ts',
      'declare const n: number;',
      '-->',
      '```ts',
      'const s: string = n;',
      '```',
    ];
    expect(typecheck('page.md', snippetsOf(text.join('\n')))).toEqual([
      "page.md:6 Type 'number' is not assignable to type 'string'.",
    ]);
  });
});

describe('the quick start of the README', () => {
  let dir: string;
  let remove: () => Promise<void>;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    ({ dir, remove } = await compileLib());
    const own = { name: 'nestjs-moleculer', type: 'module', exports: { '.': './lib/index.js' } };
    await writeFile(join(dir, 'package.json'), JSON.stringify(own));
    const place = `'${redisUrl()}', namespace: '${uniqueNamespace('readme')}'`;
    for (const { file, code } of snippetsOf(readPage('README.md'))) {
      const target = join(dir, 'dist', basename(file, '.ts') + '.js');
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, compile(code.replace("'redis://localhost:6379'", place)));
    }
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await remove();
  });

  function start(program: string) {
    const child = spawn(process.execPath, [join(dir, program)], { env: { ...process.env, NO_COLOR: '1' } });
    children.push(child);
    const said = { out: '', err: '' };
    child.stdout.on('data', (text: Buffer) => (said.out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said.err += text.toString()));
    return { child, said, ended: once(child, 'close') };
  }

  it('runs: the caller finds two greeters, is answered, and ends', async () => {
    // The commands are those of the page.
    expect(readPage('README.md')).toMatch(/^npm run build && node dist\/greeter\.js$/m);
    expect(readPage('README.md')).toMatch(/^node dist\/caller\.js$/m);

    const greeters = [start('dist/greeter.js'), start('dist/greeter.js')];
    for (const { said } of greeters) {
      await waitUntil('a greeter', () => /Node '.*started with 2 services/.test(said.out), {
        timeout: 20_000,
      });
    }
    const caller = start('dist/caller.js');
    expect([await caller.ended, caller.said.err]).toEqual([[0, null], '']);
    const lines = caller.said.out.trim().split('\n');
    expect(lines).toHaveLength(4);
    const pids = greeters.map(({ child }) => child.pid).join('|');
    for (const line of lines) expect(line).toMatch(new RegExp(`^Hello Ada, says process (${pids})$`));

    for (const { child, ended, said } of greeters) {
      child.kill('SIGTERM');
      expect([await ended, said.err]).toEqual([[null, 'SIGTERM'], '']);
      expect(said.out).toMatch(/Node '.*' stopped/);
    }
  });
});

function compile(code: string): string {
  const compilerOptions: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}
