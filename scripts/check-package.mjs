/**
 * What a user gets from the registry: packs the library, looks at the list of files, and lets publint and
 * are-the-types-wrong judge the tarball (in a temporary folder: attw deletes a tarball that it finds in the project).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './pack.mjs';
import { run } from './processes.mjs';

const root = mkdtempSync(join(tmpdir(), 'nm-package-'));
let failed = 0;

async function check(name, file, args) {
  console.log(`\n${name}`);
  const { code } = await run(file, args, { echo: true, timeout: 180_000 });
  if (code !== 0) {
    console.error(`${name} failed (${code})`);
    failed++;
  }
}

try {
  const tarball = await pack(root);
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const stray = stdout
    .trim()
    .split('\n')
    .filter(
      (file) =>
        !/^package\/(dist\/.*\.(js|d\.ts|map)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(file),
    );
  if (stray.length > 0) {
    console.error(`does not belong into the package:\n${stray.join('\n')}`);
    failed++;
  }
  await check('publint', 'node_modules/.bin/publint', ['run', tarball, '--strict']);
  await check('are the types wrong', 'node_modules/.bin/attw', [tarball, '--profile', 'esm-only']);
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
