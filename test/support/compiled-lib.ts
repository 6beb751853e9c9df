import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A folder of its own for programs that import the library as plain JavaScript, from `./lib`; it was compiled once for all. */
export async function compileLib(): Promise<{ dir: string; remove(): Promise<void> }> {
  const compiled = inject('compiledLib');
  const dir = await mkdtemp(join(tmpdir(), 'own-lib-'));
  await symlink(join(compiled, 'node_modules'), join(dir, 'node_modules'));
  await symlink(join(compiled, 'lib'), join(dir, 'lib'));
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
