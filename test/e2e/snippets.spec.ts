import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageProject } from '../support/page-project.js';
import { pages, readPage, snippetsOf, typecheck } from '../support/snippets.js';
import { waitUntil } from '../support/wait-until.js';

describe('the code of README and guides', () => {
  it.each(pages())('%s compiles', (page) => {
    const snippets = snippetsOf(readPage(page));
    // Every block of TypeScript was understood as one.
    expect(snippets).toHaveLength(readPage(page).match(/^```(ts|typescript)\b|^<!-- ts \S/gm)?.length ?? 0);
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
  let project: PageProject;

  beforeAll(async () => {
    project = await PageProject.make('README.md');
  });
  afterAll(() => project.remove());

  it('runs: the caller finds two greeters, is answered, and ends', async () => {
    // The commands are those of the page.
    expect(readPage('README.md')).toMatch(/^npm run build && node dist\/greeter\.js$/m);
    expect(readPage('README.md')).toMatch(/^node dist\/caller\.js$/m);

    const greeters = [project.start('dist/greeter.js'), project.start('dist/greeter.js')];
    for (const { said } of greeters) {
      await waitUntil('a greeter', () => /Node '.*started with 2 services/.test(said.out));
    }
    const caller = project.start('dist/caller.js');
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
