import { afterAll, beforeAll, expect, it } from 'vitest';
import { PageProject } from '../support/page-project.js';
import { readPage } from '../support/snippets.js';

let project: PageProject;

beforeAll(async () => {
  project = await PageProject.make('docs/testing.md');
});
afterAll(() => project.remove());

it('the tests of docs/testing.md pass', async () => {
  const specs = readPage('docs/testing.md').match(/^```ts \S+\.spec\.ts$[^]*?^```$/gm) ?? [];
  const written = specs.flatMap((spec) => spec.match(/^it\(/gm) ?? []);
  expect(written.length).toBeGreaterThan(5);
  const { code, out } = await project.test('.');
  expect(code, out).toBe(0);
  expect(out).toMatch(new RegExp(`Tests +${written.length} passed`));
});
