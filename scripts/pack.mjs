import { join } from 'node:path';
import { run } from './processes.mjs';

/** Builds and packs the library into a folder; the path of the tarball. */
export async function pack(folder) {
  const { code, stdout, stderr } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    timeout: 180_000,
  });
  if (code !== 0) throw new Error(`npm pack failed (${code})\n${stdout}${stderr}`);
  // A build before packing may print as well: the answer is the last JSON array.
  const text = `\n${stdout}`;
  const [{ filename }] = JSON.parse(text.slice(text.lastIndexOf('\n[')));
  return join(folder, filename);
}
