import { afterAll, beforeAll, expect, it } from 'vitest';
import { PageProject } from '../support/page-project.js';
import { readPage } from '../support/snippets.js';

let project: PageProject;

beforeAll(async () => {
  project = await PageProject.make('docs/testing-cluster.md');
});
afterAll(() => project.remove());

it('the tests of docs/testing-cluster.md pass', async () => {
  const files = readPage('docs/testing-cluster.md').match(/^```ts \S+\.spec\.ts$/gm) ?? [];
  expect(files.length).toBeGreaterThan(1);
  const { code, out } = await project.test('.');
  expect(code, out).toBe(0);
  expect(out).toMatch(new RegExp(`Test Files +${files.length} passed`));
});
